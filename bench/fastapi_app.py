"""The same answer as the product's probe, written the way FastAPI's documentation does."""

import json
import os

from fastapi import FastAPI

app = FastAPI()
answer = json.loads(os.environ["BENCH_ANSWER"])


@app.get("/health/live")
async def live():
    return answer
