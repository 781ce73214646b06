"""Static files come whole, without a warning of the server, and only when they are asked for as files."""

from django.test import AsyncClient


async def test_static_file_is_served_under_asgi(async_client: AsyncClient) -> None:
    answer = await async_client.get("/static/css/tokens.css")
    assert answer.status_code == 200
    assert answer["Content-Type"] == 'text/css; charset="utf-8"'
    assert int(answer["Content-Length"]) == len(answer.content) > 0
    assert not answer.streaming


async def test_part_of_a_static_file_may_be_asked_for(async_client: AsyncClient) -> None:
    whole = await async_client.get("/static/css/tokens.css")
    part = await async_client.get("/static/css/tokens.css", headers={"Range": "bytes=2-5"})
    assert part.status_code == 206
    assert part.content == whole.content[2:6]


async def test_head_and_wrong_methods_have_no_content(async_client: AsyncClient) -> None:
    head = await async_client.head("/static/css/tokens.css")
    assert (head.status_code, head.content) == (200, b"")
    assert (await async_client.post("/static/css/tokens.css")).status_code == 405
