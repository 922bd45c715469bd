"""A service that is not Node: each worker counts its own requests."""
import os

from fastapi import FastAPI

app = FastAPI()
served = 0


@app.middleware("http")
async def count(request, call_next):
    global served
    if request.url.path != "/worker":
        served += 1
    return await call_next(request)


@app.get("/")
async def hello():
    return {"hello": "world"}


@app.get("/worker")
async def worker():
    return {"worker_id": os.getpid(), "requests_served": served}
