"""Questions: asked by a responder, offered to each laptop in its replies, answered once."""
