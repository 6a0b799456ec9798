"""Templates to pages: every text is made legible and escaped, and no page can run a script."""

from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response

from collector import labels
from collector.api.desk import Clock
from collector.dashboard import wording
from collector.legible import legible
from collector.tokens import Role

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class Templates:
    """Fills the templates of this package."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._environment = Environment(
            loader=PackageLoader("collector.dashboard"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=wording.finalize,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            Role=Role,
            LEVELS=labels.LEVELS,
            OUTCOMES=labels.OUTCOMES,
            STRENGTHS=labels.STRENGTHS,
            CLASSES=labels.CLASSES,
            CAUSES=labels.CAUSES,
            RESULTS=wording.RESULTS,
            row_title=labels.row_title,
            sensor_name=labels.sensor_name,
            headline=wording.headline,
            sentence=wording.sentence,
            values=wording.values,
            answer_values=wording.answer_values,
            by_kind=wording.by_kind,
            about_reports=wording.about_reports,
            machine=wording.machine,
            called=wording.called,
            blind=wording.blind,
            measure=wording.measure,
            gauge_name=wording.gauge_name,
            when=wording.when,
            ago=self._ago,
        )

        self._environment.filters["short"] = legible

    def page(self, name: str, *, status: int = 200, **context: Any) -> Response[bytes]:
        """A page, with the headers that keep it from doing anything but be read."""
        text = self._environment.get_template(name).render(context)
        return Response(
            text.encode(), status_code=status, media_type="text/html",
            headers=HEADERS,
        )  # fmt: skip

    def _ago(self, at: datetime | None) -> str:
        return wording.ago(at, self._clock())
