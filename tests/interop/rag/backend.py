#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A RAG backend that knows the owner's contract and nothing of Gatehouse: GET /health, POST /upload, POST /chat.

backend.py MODE, where MODE is how /chat speaks: "text" (plain tokens), "json" (tokens in JSON) or "openai" (chunks of a
chat completion). Prints its address as the first line. What it was given is at GET /seen.
"""
import hashlib
import json
import socket
import sys
from typing import List

import uvicorn
from fastapi import FastAPI, File, HTTPException, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

mode = sys.argv[1] if len(sys.argv) > 1 else "text"
app = FastAPI()
texts: List[str] = []
seen = {"uploads": [], "questions": []}


class Message(BaseModel):
    role: str
    content: str


class Question(BaseModel):
    question: str
    history: List[Message] = []


@app.get("/health")
def health():
    return {"status": "healthy"}


@app.get("/seen")
def everything_seen():
    return seen


@app.post("/upload")
async def upload(file: UploadFile = File(...)):
    digest = hashlib.sha256()
    size = 0
    start = b""
    while True:
        piece = await file.read(1 << 16)
        if not piece:
            break
        digest.update(piece)
        size += len(piece)
        if len(start) < 4096:
            start += piece
    if file.content_type not in ("text/plain", "application/pdf", "application/octet-stream"):
        raise HTTPException(status_code=415, detail="only text and PDF are taken here")
    seen["uploads"].append({"name": file.filename, "bytes": size, "sha256": digest.hexdigest()})
    texts.append(start.decode("utf-8", "replace"))
    return {"filename": file.filename, "chunks": 1 + size // 2048}


def answer(question: str):
    """The line that shares the most words with the question, word by word."""
    words = set(question.lower().split())
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    if not lines:
        yield from ("There", " is", " nothing", " to", " answer", " from.")
        return
    best = max(lines, key=lambda line: len(words & set(line.lower().split())))
    first = True
    for word in best.split():
        yield word if first else " " + word
        first = False


def as_text(question: str):
    for token in answer(question):
        yield f"data: {token}\n\n"


def as_json(question: str):
    for token in answer(question):
        yield "data: " + json.dumps({"token": token}) + "\n\n"
    yield "data: [DONE]\n\n"


def as_openai(question: str):
    def chunk(delta, reason=None):
        return "data: " + json.dumps({"id": "c1", "object": "chat.completion.chunk", "model": "gpt-4o", "choices": [
            {"index": 0, "delta": delta, "finish_reason": reason}]}) + "\n\n"
    yield chunk({"role": "assistant"})
    for token in answer(question):
        yield chunk({"content": token})
    yield chunk({}, "stop")
    yield "data: [DONE]\n\n"


@app.post("/chat")
def chat(question: Question):
    seen["questions"].append({"question": question.question,
                              "history": [[m.role, m.content] for m in question.history]})
    speak = {"text": as_text, "json": as_json, "openai": as_openai}[mode]
    return StreamingResponse(speak(question.question), media_type="text/event-stream")


if __name__ == "__main__":
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print("http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
