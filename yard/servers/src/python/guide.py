"""What the guide builds: a message is a pydantic class, found by its name, that answers for itself.

The body of an envelope is a text of JSON, as the guide's code writes it. The first argument says what carries it: `tcp`, a
message a line, or `websocket`, a message a frame.
"""

from __future__ import annotations

import asyncio
import json
import sys

import uvloop
from pydantic import BaseModel
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed


class Message(BaseModel):
    def to_json_message(self) -> str:
        return json.dumps({type(self).__name__: self.model_dump_json()})

    @staticmethod
    def from_json_message(text: str | bytes) -> Message:
        name, body = next(iter(json.loads(text).items()))
        return globals()[name](**json.loads(body))

    def respond(self) -> Message:
        raise NotImplementedError


class SignIn(Message):
    username: str
    password: str

    def respond(self) -> SignInResponse:
        valid_user = self.username == "josh"
        valid_password = valid_user and self.password == "basketball"
        return SignInResponse(success=valid_password, valid_user=valid_user, valid_password=valid_password)


class SignInResponse(Message):
    success: bool
    valid_user: bool = True
    valid_password: bool = True


def answer(text: str | bytes) -> str:
    return Message.from_json_message(text).respond().to_json_message()


async def lines(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        writer.write(answer(line).encode() + b"\n")
        await writer.drain()
    writer.close()


async def frames(socket) -> None:
    try:
        async for text in socket:
            await socket.send(answer(text))
    except ConnectionClosed:
        pass


async def main(carrier: str) -> None:
    if carrier == "tcp":
        server = await asyncio.start_server(lines, "127.0.0.1", 0, backlog=2048)
    else:
        server = await serve(frames, "127.0.0.1", 0, compression=None, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


uvloop.run(main(sys.argv[1]))
