"""`{% comments "turn:7:answer" %}` in a kind's template: what graders said about this place of the work, and, on the
page where they read it, the way to say something. Elsewhere it draws nothing.

A place that is a picture is called `picture:` and its digest: a comment may mean a part of it.
"""

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from athanor.web.talk import picture_at
from courses.review.models import Comment

register = template.Library()


@register.simple_tag(takes_context=True)
def comments(context: Context, anchor: str, label: str = "") -> SafeString | str:
    """`label` names the place for readers: "Answer 2"."""
    talk = context.get("talk")
    if talk is None:
        return ""
    said = talk.at(anchor)
    if not said and not talk.may_comment:
        return ""
    drawing = context.template.engine.get_template("review/comments_at.html")  # type: ignore[union-attr]
    picture = picture_at(context["attempt"].pk, anchor)
    with context.push(anchor=anchor, said=said, picture=picture, place_label=label):
        return drawing.render(context)


@register.filter
def pictured(comment: Comment) -> str:
    """The address of the picture that the comment is about, of which it means a part."""
    return picture_at(comment.attempt_id, comment.anchor) if comment.region else ""


@register.filter
def boxed(region: list[float]) -> list[float]:
    """A region in hundredths, as the drawings use them."""
    return [round(each * 100, 2) for each in region]
