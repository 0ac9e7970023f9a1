#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the factors of include/centavo/models/detail/model_tables.hpp on recorded calls: text and the provider's count.

    CENTAVO_DATA=DIR tools/measure_estimates.py PROGRAM

DIR/exchanges/dev.jsonl.gz holds the recordings; PROGRAM is a built `centavo`, which counts with o200k_base. Taken are
answers of text alone, of 80 characters and more, without reasoning and calls: no hidden prompt is in their count. The
factor of a family and class is the median ratio over the cassettes whose name hashes to an even number; the error is
that on the others, and where a half is empty the spread over all is printed instead.
"""
import gzip
import hashlib
import json
import os
import re
import statistics
import subprocess
import sys
from collections import defaultdict

FAMILIES = [
    ("claude-4-7+", r"claude-(opus-4-[78]|sonnet-5|opus-5)"),
    ("claude", r"claude"),
    ("gemini", r"gemini"),
    ("mistral", r"mistral|magistral|pixtral"),
    ("deepseek", r"deepseek"),
    ("llama", r"llama"),
    ("qwen", r"qwen"),
    ("nova", r"nova-(lite|micro|pro|2-lite)"),
    ("command", r"command"),
    ("grok", r"grok"),
    ("glm", r"glm"),
]


def family_of(name):
    return next((family for family, pattern in FAMILIES if re.search(pattern, name, re.I)), None)


def class_of(text):
    if text.lstrip()[:1] in ("{", "["):
        return "data"
    return "other scripts" if sum(ord(c) > 127 for c in text) > len(text) / 5 else "text"


def body_answer(body):
    """(text, tokens) of a whole response; None unless it is text alone."""
    if isinstance(body.get("content"), list):
        if all(p["type"] == "text" for p in body["content"]):
            return "".join(p["text"] for p in body["content"]), body["usage"]["output_tokens"]
    elif "choices" in body:
        message = body["choices"][0]["message"]
        hidden = message.get("tool_calls") or message.get("reasoning") or message.get("reasoning_content")
        hidden = hidden or (body["usage"].get("completion_tokens_details") or {}).get("reasoning_tokens")
        if not hidden and isinstance(message.get("content"), str):
            return message["content"], body["usage"]["completion_tokens"]
    elif "candidates" in body:
        parts = body["candidates"][0]["content"]["parts"]
        if not any(set(p) - {"text", "thoughtSignature"} or p.get("thought") for p in parts):
            return "".join(p["text"] for p in parts), body["usageMetadata"]["candidatesTokenCount"]
    elif "output" in body:
        parts = body["output"]["message"]["content"]
        if all(set(p) == {"text"} for p in parts):
            return "".join(p["text"] for p in parts), body["usage"]["outputTokens"]
    return None


def stream_answer(stream):
    text, tokens = "", None
    for line in stream.splitlines():
        if not line.startswith("data: {"):
            continue
        event = json.loads(line[6:])
        if event.get("type") == "content_block_start" and event["content_block"]["type"] != "text":
            return None
        if event.get("type") == "content_block_delta":
            text += event["delta"].get("text", "")
        if event.get("type") == "message_delta":
            tokens = event["usage"]["output_tokens"]
        for candidate in event.get("candidates") or []:
            for part in (candidate.get("content") or {}).get("parts") or []:
                if set(part) - {"text", "thoughtSignature"} or part.get("thought"):
                    return None
                text += part["text"]
        tokens = (event.get("usageMetadata") or {}).get("candidatesTokenCount", tokens)
        for choice in event.get("choices") or []:
            delta = choice.get("delta") or {}
            if delta.get("tool_calls") or delta.get("reasoning") or delta.get("reasoning_content"):
                return None
            text += delta["content"] if isinstance(delta.get("content"), str) else ""
        tokens = (event.get("usage") or {}).get("completion_tokens", tokens)
    return text, tokens


def main():
    if len(sys.argv) != 2 or "CENTAVO_DATA" not in os.environ:
        sys.exit(__doc__)
    rows = []
    with gzip.open(os.environ["CENTAVO_DATA"] + "/exchanges/dev.jsonl.gz", "rt") as lines:
        for line in lines:
            row = json.loads(line)
            request = row["request"]
            if row["status"] != 200 or not isinstance(request, dict):
                continue
            name = request.get("model") or row["uri"]
            if not family_of(name) or "embed" in name or "image" in name:
                continue
            try:
                found = body_answer(row["response"]) if isinstance(row["response"], dict) else stream_answer(row["response"])
            except (KeyError, IndexError, TypeError, ValueError, AttributeError):
                continue
            if found and found[1] and len(found[0]) >= 80:
                rows.append((family_of(name), class_of(found[0]), row["cassette"], *found))
    asked = "".join(json.dumps({"id": i, "text": row[3]}) + "\n" for i, row in enumerate(rows))
    done = subprocess.run([sys.argv[1], "count", "--encoding", "o200k_base", "--jsonl"], input=asked, capture_output=True, text=True, check=True)
    groups = defaultdict(list)
    for (family, kind, cassette, _, billed), line in zip(rows, done.stdout.splitlines()):
        even = hashlib.sha256(cassette.encode()).digest()[0] % 2 == 0
        groups[family, kind].append((even, json.loads(line)["tokens"], billed))
    for (family, kind), group in sorted(groups.items()):
        ratios = sorted(billed / tokens for _, tokens, billed in group)
        fitted = [billed / tokens for even, tokens, billed in group if even]
        judged = [(tokens, billed) for even, tokens, billed in group if not even]
        start = f"{family}, {kind}: {len(group)} answers, ratio {ratios[0]:.2f} to {ratios[-1]:.2f}, median {statistics.median(ratios):.2f}"
        if len(fitted) < 5 or len(judged) < 5:
            print(start)
            continue
        factor = statistics.median(fitted)
        errors = [factor * tokens / billed - 1 for tokens, billed in judged]
        sizes = sorted(map(abs, errors))
        print(f"{start}; fitted on {len(fitted)}: {factor:.2f}; on the other {len(judged)}: mean {100 * statistics.mean(sizes):.1f} %, "
              f"p90 {100 * sizes[int(0.9 * (len(sizes) - 1))]:.1f} %, bias {100 * statistics.mean(errors):+.1f} %")


main()
