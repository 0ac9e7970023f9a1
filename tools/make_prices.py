#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes include/centavo/data/prices.hpp from a genai-prices data.json and LiteLLM's price file.

    tools/make_prices.py GENAI.json DATE LITELLM.json[.gz] DATE > include/centavo/data/prices.hpp

The DATEs are the days on which the files were published (YYYY-MM-DD). Facts only are taken: ids, aliases, rates,
start dates, daily windows and context thresholds of first parties and of hosts with a price list of their own from the
first file; batch, flex and priority rates and regional factors from the second, where both agree on the standard rate.
Bedrock and Vertex are factors and ids of the makers' models; resellers whose prices drift are left out. What the two
files disagree on, and what is left out, is listed on standard error.
"""
import datetime
import decimal
import gzip
import hashlib
import json
import pathlib
import sys
from decimal import Decimal

PROVIDERS = ["anthropic", "aws", "cerebras", "cohere", "deepseek", "google", "groq", "minimax", "mistral", "moonshotai",
             "openai", "perplexity", "voyageai", "x-ai", "zai", "zhipuai"]
AWS_OWN = ("amazon.nova", "global.amazon.nova", "amazon.titan")
UNITS = {"input_mtok": "input", "output_mtok": "output", "cache_read_mtok": "cache_read",
         "cache_write_mtok": "cache_write", "cache_write_1h_mtok": "cache_write_1h",
         "output_reasoning_mtok": "reasoning", "output_citation_mtok": "output_citation",
         "input_audio_mtok": "input_audio", "output_audio_mtok": "output_audio", "input_image_mtok": "input_image",
         "output_image_mtok": "output_image", "input_video_mtok": "input_video", "output_video_mtok": "output_video",
         "cache_audio_read_mtok": "cache_audio_read", "cache_image_read_mtok": "cache_image_read",
         "web_searches_kcount": "web_searches", "storage_searches_kcount": "file_searches",
         "requests_kcount": "requests", "input_text_messages_kcount": "input_text_messages",
         "input_audio_hours": "input_audio_seconds", "audio_hours": "audio_seconds",
         "input_document_kpages": "pages", "input_annotated_document_kpages": "annotated_pages"}
PER = {"mtok": 10**6, "kcount": 1000, "hours": 3600, "kpages": 1000}
LITELLM = {"openai": "openai", "anthropic": "anthropic", "gemini": "google", "mistral": "mistral",
           "deepseek": "deepseek", "xai": "x-ai", "cohere_chat": "cohere", "groq": "groq", "moonshot": "moonshotai"}
LITELLM_UNITS = {"input_cost_per_token": "input", "output_cost_per_token": "output",
                 "cache_read_input_token_cost": "cache_read", "cache_creation_input_token_cost": "cache_write",
                 "input_cost_per_audio_token": "input_audio"}
EMBEDDINGS = ("embed", "voyage")
# What the providers' pages say beyond both files: discounts of the batch interfaces. Half: platform.claude.com, "Batch
# processing"; groq.com/pricing; mistral.ai/pricing. A third: docs.voyageai.com, "Batch Inference".
BATCH = {"anthropic": "0.5", "groq": "0.5", "mistral": "0.5", "voyageai": "0.67"}
# DeepSeek's V4 peak hours hold since its price list of 2026-08-17, and not at weekends in Beijing since 2026-08-23: a
# price list of the first file cannot join a date and a window, and says so in its comments.
PEAK_SINCE = {"deepseek-v4-flash": "2026-08-17", "deepseek-v4-pro": "2026-08-17"}
PEAK_WEEKDAYS_SINCE = "2026-08-22T16:00:00Z"


def say(text):
    print(text, file=sys.stderr)


def plain(value):
    """A number without floating-point residue (over 15 significant digits) and without trailing zeros."""
    value = Decimal(value)
    if len(value.as_tuple().digits) > 15:
        value = decimal.Context(prec=15).create_decimal(value)
    return value.normalize()


def text_of(value):
    return f"{value:f}"


def names_of(match):
    """The names that a match clause spells out; patterns (contains, regex) have none."""
    for kind, value in match.items():
        if kind in ("equals", "starts_with") and value.rstrip("-") == value:
            yield value.lower()
        elif kind == "or":
            for clause in value:
                yield from names_of(clause)


def bands_of(model, entry, left_out):
    """The bands of one entry of a price list: dicts with conditions and {unit: (price, per)}."""
    constraint = entry.get("constraint") or {}
    base, tiers = {}, {}
    for key, price in entry["prices"].items():
        if key not in UNITS or (key == "audio_hours" and "input_audio_hours" in entry["prices"]):
            if key not in UNITS:
                left_out(f"unit {key}")
            continue
        unit, per = UNITS[key], PER[key.rsplit("_", 1)[1]]
        base[unit] = (plain(price["base"] if isinstance(price, dict) else price), per)
        for tier in price["tiers"] if isinstance(price, dict) else []:
            tiers.setdefault(int(tier["start"]), {})[unit] = (plain(tier["price"]), per)
    window = ""
    if "start_time" in constraint:
        window = f'{constraint["start_time"][:5]}-{constraint["end_time"][:5]}'
    band = {"from": constraint.get("start_date", ""), "until": "", "window": window, "tier": "standard", "source": 0,
            "priority": 1 if window else 0, "above": 0, "reached": False, "rates": base}
    wide = [band]
    if window and model in PEAK_SINCE:
        wide = [band | {"from": PEAK_SINCE[model], "until": PEAK_WEEKDAYS_SINCE},
                band | {"from": PEAK_WEEKDAYS_SINCE, "window": window + " Mon-Fri"}]
    for one in wide:
        if one["rates"]:
            yield one
    low = dict(base)
    for threshold in sorted(tiers):
        low |= tiers[threshold]
        reached = threshold % 1000 == 999  # "over 271,999" is "from 272,000"
        yield band | {"above": threshold + reached, "reached": reached, "rates": dict(low)}


def tier_bands(where, bands, entry, day):
    """Batch, flex and priority bands beside the standard ones, from an entry of the second file."""
    def rates(suffix, threshold=""):
        found = {}
        for key, unit in LITELLM_UNITS.items():
            value = entry.get(key + threshold + suffix)
            if value is not None and Decimal(value) > 0:
                found[unit] = plain(Decimal(value) * 10**6)
        return found
    standard = rates("")
    now = [b for b in bands if b["from"] <= day and not b["window"] and not b["until"]]
    start = max((b["from"] for b in now), default="")
    current = next((b for b in now if b["from"] == start and b["above"] == 0), None)
    if current is None:
        return
    wrong = {u: (text_of(current["rates"][u][0]), text_of(v)) for u, v in standard.items()
             if u in current["rates"] and current["rates"][u][0] != v}
    if wrong:
        say(f"{where}: the files disagree: " + ", ".join(f"{u} {a} and {b}" for u, (a, b) in wrong.items()))
        return
    for tier, suffix in (("batch", "_batches"), ("flex", "_flex"), ("priority", "_priority")):
        special = rates(suffix)
        if "input" not in special or "output" not in special:
            continue
        ratio = {u: v / standard[u] for u, v in special.items() if standard.get(u)}
        for band in bands:
            if band["from"] < start or band["window"]:
                continue
            listed = band["from"] == start
            exact = special if listed and band["above"] == 0 else \
                rates(suffix, f"_above_{band['above'] // 1000}k_tokens") if listed else {}
            own = {}
            for unit, (price, per) in band["rates"].items():
                if unit in exact:
                    own[unit] = (exact[unit], per)
                elif unit in ratio and not (listed and band["above"] == 0):
                    own[unit] = (plain(price * ratio[unit]), per)  # the tier's share of the standard rate
                elif unit not in LITELLM_UNITS.values() or unit == "input_audio":
                    own[unit] = (price, per)
            estimated = any(u in own and u not in exact for u in ratio)
            yield band | {"tier": tier, "source": 1, "rates": own, "status": "estimated" if estimated else "listed"}


def main():
    path, day = pathlib.Path(sys.argv[1]), datetime.date.fromisoformat(sys.argv[2])
    other, other_day = pathlib.Path(sys.argv[3]), datetime.date.fromisoformat(sys.argv[4])
    raw, other_raw = path.read_bytes(), other.read_bytes()
    if other.suffix == ".gz":
        other_raw = gzip.decompress(other_raw)
    providers = {p["id"]: p for p in json.loads(raw, parse_float=str, parse_int=str)}
    litellm = {}
    for key, entry in json.loads(other_raw, parse_float=str, parse_int=str).items():
        provider = LITELLM.get(entry.get("litellm_provider"))
        if provider:
            litellm[provider, key.rsplit("/", 1)[-1].lower()] = entry
    models, taken, checked = [], {}, set()
    for provider in PROVIDERS:
        for model in providers[provider]["models"]:
            id = model["id"].lower().rstrip("-")
            if provider == "aws":
                if not id.startswith(AWS_OWN):
                    continue
                id = id.removeprefix("global.").removeprefix("amazon.").removesuffix(":0").removesuffix("-v1")

            def left_out(why):
                say(f"{provider} {id}: left out: {why}")
            entries = model["prices"] if isinstance(model["prices"], list) else [{"prices": model["prices"]}]
            bands = [b for e in entries for b in bands_of(id, e, left_out)]
            words = f'{model["id"]} {model.get("name", "")} {model.get("description", "")}'.lower()
            if not bands and not any(e["prices"] for e in entries):
                # Listed without any price: free where that is said, the source's word for it elsewhere.
                says_free = ":free" in words or "(free)" in words or "free of charge" in words
                zero = {"input": (Decimal(0), 10**6), "output": (Decimal(0), 10**6)}
                bands = [{"from": "", "until": "", "window": "", "tier": "standard", "source": 0, "priority": 0, "above": 0,
                          "reached": False, "rates": zero, "status": "listed" if says_free else "estimated"}]
                if not says_free:
                    say(f"{provider} {id}: listed without a price: taken as free, estimated")
            elif not bands or not any(price for b in bands for price, _ in b["rates"].values()):
                left_out("no price, or nothing but zeros")
                continue
            names = [n for n in dict.fromkeys(names_of(model["match"])) if n != id]
            seen = next((litellm[provider, n] for n in [id, *names] if (provider, n) in litellm), None)
            adjustments = []
            if seen:
                checked.add((provider, id))
                bands += list(tier_bands(f"{provider} {id}", bands, seen, str(other_day)))
                zones = {z: seen[k] for z in ("us", "eu") if (k := f"regional_processing_uplift_multiplier_{z}") in seen}
                for factor in dict.fromkeys(zones.values()):
                    adjustments.append(("data residency", factor, "standard",
                                        ",".join(z for z in zones if zones[z] == factor)))
                special = seen.get("provider_specific_entry") or {}
                if "us" in special:
                    adjustments.append(("inference in the US", special["us"], "standard", "us"))
                if "fast" in special:
                    adjustments.append(("fast mode", special["fast"], "fast", ""))
            if provider in BATCH and not any(b["tier"] == "batch" for b in bands):
                adjustments.append(("batch discount", BATCH[provider], "batch", ""))
            models.append({"id": id, "provider": provider, "bands": bands, "names": names, "adjustments": adjustments,
                           "category": "embeddings" if any(w in id for w in EMBEDDINGS) else "tokens"})
            taken[provider, id] = models[-1]
    # What Bedrock asks for a maker's model inside a region, against its global profile.
    for row in providers["aws"]["models"]:
        vendor, _, name = row["id"].removeprefix("regional.").partition(".")
        maker = {"anthropic": "anthropic", "openai": "openai", "amazon": "aws"}.get(vendor)
        name = name.removesuffix(":0")
        name = name[:name.rfind("-v")] if "-v" in name else name
        own = next((m for m in models if m["provider"] == maker and name in (m["id"], *m["names"])), None) or \
            next((m for m in models if m["provider"] == maker and name.rsplit("-", 1)[0] in (m["id"], *m["names"])), None)
        if own is None or (maker == "aws" and not row["id"].startswith("regional.")):
            continue
        prices = row["prices"][-1]["prices"] if isinstance(row["prices"], list) else row["prices"]
        hosted = prices["input_mtok"]
        hosted = plain(hosted["base"] if isinstance(hosted, dict) else hosted)
        newest = max((b for b in own["bands"] if b["tier"] == "standard" and not b["above"]), key=lambda b: b["from"])
        factor = plain(hosted / newest["rates"]["input"][0])
        if factor == Decimal("1.1"):
            regions = "aws-regional,vertex-regional" if maker == "anthropic" else "aws-regional"
            if not any("aws-regional" in a[3] for a in own["adjustments"]):
                own["adjustments"].append(("regional endpoint", "1.1", "standard", regions))
        elif factor != 1:
            say(f"aws {row['id']}: {text_of(hosted)} is {text_of(factor)} of the maker's price: not taken")
    models.sort(key=lambda m: (m["provider"], m["id"]))
    say(f"{len(models)} models, {len(checked)} of them in both files")
    write(models, path, day, raw, other, other_day, other_raw)


def write(models, path, day, raw, other, other_day, other_raw):
    bands, rates, aliases, adjustments, minimums, heads = [], [], [], [], [], []
    names = {(m["provider"], m["id"]) for m in models}
    for index, m in enumerate(models):
        heads.append(f'{{"{m["id"]}", "{m["provider"]}", CostCategory::{m["category"]}, 0, {len(m["bands"])}}},')
        for b in m["bands"]:
            status = b.get("status") or ("announced" if b["from"][:10] > str(day) else "listed")
            bands.append(f'{{{len(b["rates"])}, {b["source"]}, ServiceTier::{b["tier"]}, PriceStatus::{status}, '
                         f'{b["priority"]}, {str(b["reached"]).lower()}, {b["above"]}, "{b["from"]}", "{b["until"]}", '
                         f'"{b["window"]}"}},')
            rates += [f'{{units::{u}, "{text_of(p)}", {per}}},' for u, (p, per) in b["rates"].items()]
        for name in m["names"]:
            if (m["provider"], name) not in names:
                names.add((m["provider"], name))
                aliases.append(f'{{"{name}", {index}}},')
        adjustments += [f'{{{index}, "{n}", "{text_of(plain(f))}", ServiceTier::{t}, "{r}"}},'
                        for n, f, t, r in m["adjustments"]]
        if m["provider"] == "groq" and m["id"].startswith("whisper"):
            minimums.append(f"{{{index}, units::input_audio_seconds, 10}},")
    def array(kind, name, rows):
        return f"inline constexpr {kind} {name}[] = {{\n" + "".join(f"    {row}\n" for row in rows) + "};\n"
    def source(file, date, content):
        title = "genai-prices " + file.name.removesuffix(".json").removeprefix("genai-prices-") if "genai" in file.name \
            else "LiteLLM model prices"
        return f'{{"{title}, sha256 {hashlib.sha256(content).hexdigest()[:16]}", std::chrono::year{{{date.year}}} / ' \
               f'{date.month} / {date.day}}},'
    print(f"""// SPDX-License-Identifier: MIT
// Generated by tools/make_prices.py; do not edit. Sources: docs/provenance.md.
#pragma once

#include <centavo/pricing/price_list.hpp>

#include <chrono>

namespace centavo::detail {{
inline namespace CENTAVO_ABI {{

namespace prices_data {{

{array("SourceRow", "sources", [source(path, day, raw), source(other, other_day, other_raw)])}
{array("ModelRow", "models", heads)}
{array("BandRow", "bands", bands)}
{array("RateRow", "rates", rates)}
{array("AliasRow", "aliases", sorted(aliases))}
{array("AdjustmentRow", "adjustments", adjustments)}
{array("MinimumRow", "minimums", minimums)}
inline constexpr PriceList list{{sources, models, bands, rates, aliases, adjustments, minimums}};
static_assert(list.sorted());

}}  // namespace prices_data

}}  // namespace CENTAVO_ABI
}}  // namespace centavo::detail""")


main()
