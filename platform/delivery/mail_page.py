"""A mail's content as HTML: one column, nothing loaded from anywhere, every value escaped."""

from __future__ import annotations

from typing import Final

from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from orderloom.platform.app.mail_content import MailContent

TONES: Final = {"primary": "#3f4bd8", "danger": "#b42318", "": "#475467"}
PAGE: Final = """\
<!doctype html>
<html lang="{{ content.language }}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{{ content.subject }}</title></head>
<body style="margin:0;padding:24px 12px;font-size:15px;line-height:1.5;\
font-family:system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto">
{% for text in content.paragraphs %}<p style="margin:0 0 14px">{{ text | lines }}</p>
{% endfor %}
{% if content.facts %}<table role="presentation" style="border-collapse:collapse;margin:0 0 18px">
{% for name, value in content.facts %}<tr>
<td style="padding:3px 18px 3px 0;vertical-align:top;opacity:.75">{{ name }}</td>
<td style="padding:3px 0;font-weight:600">{{ value }}</td></tr>
{% endfor %}</table>
{% endif %}
{% for group in content.groups %}
<h2 style="font-size:16px;margin:18px 0 6px">{{ group.heading }}</h2>
<ul style="margin:0 0 14px;padding-left:20px">
{% for item in group.items %}<li style="margin:0 0 6px">{% if item.url %}
<a href="{{ item.url }}">{{ item.title }}</a>{% else %}{{ item.title }}{% endif %}
{% if item.detail %}<br><span style="opacity:.75;font-size:13px">{{ item.detail }}</span>{% endif %}
</li>
{% endfor %}
{% if group.more %}<li style="opacity:.75">{{ group.more }}</li>{% endif %}
</ul>
{% endfor %}
{% if content.links %}<p style="margin:0 0 14px">
{% for link in content.links %}
<a href="{{ link.url }}" rel="noreferrer" style="display:inline-block;padding:9px 16px;\
margin:0 8px 8px 0;border-radius:6px;text-decoration:none;font-weight:600;\
color:#fff;background:{{ tones[link.tone] }}">{{ link.label }}</a>
{% endfor %}</p>
{% endif %}
{% for note in content.notes %}<p style="margin:0 0 14px;opacity:.75;font-size:13px">{{ note }}</p>
{% endfor %}
{% if content.footer %}<p style="margin:24px 0 0;font-size:13px;opacity:.75">
<a href="{{ content.footer.url }}">{{ content.footer.label }}</a></p>
{% endif %}
</div>
</body>
</html>
"""


def mail_page(content: MailContent) -> str:
    """The whole document."""
    return _TEMPLATE.render(content=content, tones=TONES)


def _lines(text: str) -> Markup:
    """Line breaks stay; a line that is an address of a page leads there."""
    return Markup("<br>").join(map(_line, text.splitlines()))


def _line(line: str) -> Markup:
    head, _, last = line.rpartition(" ")
    if not last.startswith(("http://", "https://")):
        return escape(line)
    link = Markup('<a href="{0}">{0}</a>').format(last)
    return escape(f"{head} ") + link if head else link


_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_ENVIRONMENT.filters["lines"] = _lines
_TEMPLATE: Final = _ENVIRONMENT.from_string(PAGE)
