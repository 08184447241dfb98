"""FastAPI on uvicorn, with the quickest loop and parser that it takes: envelopes over HTTP."""

import socket

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field


class SignIn(BaseModel):
    username: str = Field(min_length=1, max_length=64)
    password: str = Field(max_length=1024)


class SignInResponse(BaseModel):
    success: bool
    valid_user: bool
    valid_password: bool


class Request(BaseModel):
    SignIn: SignIn


class Reply(BaseModel):
    SignInResponse: SignInResponse


app = FastAPI()


@app.post("/")
async def answer(request: Request) -> Reply:
    message = request.SignIn
    valid_user = message.username == "josh"
    valid_password = valid_user and message.password == "basketball"
    return Reply(
        SignInResponse=SignInResponse(success=valid_password, valid_user=valid_user, valid_password=valid_password)
    )


listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(app, loop="uvloop", http="httptools", log_level="warning", access_log=False)
uvicorn.Server(config).run(sockets=[listener])
