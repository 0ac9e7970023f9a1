#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes include/centavo/data/prices.hpp from a genai-prices data.json and LiteLLM's price file.

    tools/make_prices.py GENAI.json DATE LITELLM.json[.gz] DATE > include/centavo/data/prices.hpp

The DATEs are the days on which the files were published (YYYY-MM-DD). Facts only are taken: ids, conditions on ids,
rates, dates, daily windows, context thresholds, tiers and zones. The files are merged rate by rate: a unit, a tier or a
threshold that one file lacks is taken from the other. Where the files disagree, tools/price_decisions.json decides, with a
reason and a date; disagreements that it does not decide are listed on standard error, and the later file is used.
"""
import collections
import datetime
import decimal
import gzip
import hashlib
import json
import pathlib
import re
import sys
from decimal import Decimal

PROVIDERS = ["anthropic", "aws", "azure", "cerebras", "cohere", "deepseek", "fireworks", "google", "groq", "minimax",
             "mistral", "moonshotai", "openai", "perplexity", "together", "voyageai", "x-ai", "zai", "zhipuai"]
# LiteLLM's providers, with the path that its keys begin with.
LITELLM = {"openai": ("openai", ""), "text-completion-openai": ("openai", ""), "anthropic": ("anthropic", ""),
           "gemini": ("google", "gemini/"), "vertex_ai-language-models": ("google", "vertex_ai/"),
           "vertex_ai-embedding-models": ("google", "vertex_ai/"), "vertex_ai-anthropic_models": ("google", "vertex_ai/"),
           "vertex_ai-image-models": ("google", "vertex_ai/"), "vertex_ai-video-models": ("google", "vertex_ai/"),
           "vertex_ai-mistral_models": ("google", "vertex_ai/"), "vertex_ai-llama_models": ("google", "vertex_ai/"),
           "vertex_ai-qwen_models": ("google", "vertex_ai/"), "vertex_ai-deepseek_models": ("google", "vertex_ai/"),
           "vertex_ai-openai_models": ("google", "vertex_ai/"), "vertex_ai-zai_models": ("google", "vertex_ai/"),
           "azure": ("azure", "azure/"), "azure_ai": ("azure", "azure_ai/"), "bedrock": ("aws", ""),
           "bedrock_converse": ("aws", ""), "mistral": ("mistral", "mistral/"), "xai": ("x-ai", "xai/"),
           "deepseek": ("deepseek", "deepseek/"), "groq": ("groq", "groq/"), "cohere": ("cohere", "cohere/"),
           "cohere_chat": ("cohere", "cohere/"), "voyage": ("voyageai", "voyage/"),
           "perplexity": ("perplexity", "perplexity/"), "moonshot": ("moonshotai", "moonshot/"), "zai": ("zai", "zai/"),
           "together_ai": ("together", "together_ai/"), "fireworks_ai": ("fireworks", "fireworks_ai/"),
           "fireworks_ai-embedding-models": ("fireworks", "fireworks_ai/"), "cerebras": ("cerebras", "cerebras/"),
           "minimax": ("minimax", "minimax/")}
ZONES = ["us", "eu", "apac", "jp", "au", "ca", "sa", "in", "us-gov", "global"]
VENDORS = ["anthropic", "amazon", "openai", "meta", "mistral", "cohere", "ai21", "deepseek", "qwen", "moonshot", "zai",
           "google", "writer", "nvidia", "moonshotai", "minimax", "twelvelabs", "stability", "luma"]

# A unit's code in the generated text (pricing/price_list.hpp) and the number of units that its prices are usually for.
MILLION = 10**6
UNITS = {"input": ("i", MILLION), "output": ("o", MILLION), "cache_read": ("c", MILLION), "cache_write": ("w", MILLION),
         "cache_write_1h": ("h", MILLION), "reasoning": ("r", MILLION), "output_citation": ("ci", MILLION),
         "input_text": ("it", MILLION), "output_text": ("ot", MILLION), "input_audio": ("ia", MILLION),
         "output_audio": ("oa", MILLION), "input_image": ("ii", MILLION), "output_image": ("oi", MILLION),
         "input_video": ("iv", MILLION), "output_video": ("ov", MILLION), "cache_audio_read": ("ca", MILLION),
         "cache_image_read": ("cm", MILLION), "cache_audio_write": ("cw", MILLION), "web_searches": ("ws", 1000),
         "web_fetches": ("wf", 1), "file_searches": ("fs", 1000), "requests": ("rq", 1000), "requests_low_context": ("rl", 1000),
         "requests_medium_context": ("rm", 1000), "requests_high_context": ("rh", 1000), "search_units": ("su", 1000),
         "code_sessions": ("cs", 1), "maps_searches": ("mp", 1000), "input_text_messages": ("tm", 1000),
         "input_audio_seconds": ("as", 3600), "audio_seconds": ("us", 3600), "input_seconds": ("sc", 1),
         "output_seconds": ("os", 1), "output_audio_seconds": ("ax", 1), "input_video_seconds": ("vs", 1),
         "output_video_seconds": ("vo", 1), "input_characters": ("ch", MILLION), "output_characters": ("oc", MILLION),
         "input_images": ("im", 1), "output_images": ("om", 1), "input_pixels": ("ip", MILLION),
         "output_pixels": ("op", MILLION), "pages": ("pg", 1000), "annotated_pages": ("ag", 1000)}
TOKENS = {u for u, (_, per) in UNITS.items() if per == MILLION and not u.endswith(("characters", "pixels"))}
GENAI_UNITS = {"input_mtok": "input", "output_mtok": "output", "cache_read_mtok": "cache_read",
               "cache_write_mtok": "cache_write", "cache_write_1h_mtok": "cache_write_1h",
               "output_reasoning_mtok": "reasoning", "output_citation_mtok": "output_citation",
               "input_text_mtok": "input_text", "output_text_mtok": "output_text", "input_audio_mtok": "input_audio",
               "output_audio_mtok": "output_audio", "input_image_mtok": "input_image",
               "output_image_mtok": "output_image", "input_video_mtok": "input_video",
               "output_video_mtok": "output_video", "cache_audio_read_mtok": "cache_audio_read",
               "cache_image_read_mtok": "cache_image_read", "web_searches_kcount": "web_searches",
               "storage_searches_kcount": "file_searches", "requests_kcount": "requests",
               "input_text_messages_kcount": "input_text_messages", "input_audio_hours": "input_audio_seconds",
               "audio_hours": "audio_seconds", "input_document_kpages": "pages",
               "input_annotated_document_kpages": "annotated_pages"}
GENAI_PER = {"mtok": MILLION, "kcount": 1000, "hours": 3600, "kpages": 1000}
LITELLM_UNITS = {"input_cost_per_token": "input", "output_cost_per_token": "output",
                 "cache_read_input_token_cost": "cache_read", "input_cost_per_token_cache_hit": "cache_read",
                 "cache_creation_input_token_cost": "cache_write",
                 "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
                 "output_cost_per_reasoning_token": "reasoning", "citation_cost_per_token": "output_citation",
                 "input_cost_per_audio_token": "input_audio", "output_cost_per_audio_token": "output_audio",
                 "cache_read_input_audio_token_cost": "cache_audio_read",
                 "cache_creation_input_audio_token_cost": "cache_audio_write",
                 "input_cost_per_image_token": "input_image", "output_cost_per_image_token": "output_image",
                 "output_cost_per_video_token": "output_video", "input_cost_per_character": "input_characters",
                 "output_cost_per_character": "output_characters", "input_cost_per_second": "input_seconds",
                 "output_cost_per_second": "output_seconds", "input_cost_per_audio_per_second": "input_audio_seconds",
                 "input_cost_per_video_per_second": "input_video_seconds",
                 "output_cost_per_video_per_second": "output_video_seconds", "input_cost_per_image": "input_images",
                 "output_cost_per_image": "output_images", "input_cost_per_pixel": "input_pixels",
                 "output_cost_per_pixel": "output_pixels", "input_cost_per_query": "search_units",
                 "input_cost_per_request": "requests", "ocr_cost_per_page": "pages",
                 "annotation_cost_per_page": "annotated_pages", "code_interpreter_cost_per_session": "code_sessions"}
TIERS = {"_batches": "batch", "_flex": "flex", "_priority": "priority", "": "standard"}
# What the providers' pages state beyond both files: discounts of the batch interfaces. Half: platform.claude.com, "Batch
# processing"; groq.com/pricing; mistral.ai/pricing; ai.google.dev, "Batch API". A third: docs.voyageai.com, "Batch
# Inference".
BATCH = {"anthropic": "0.5", "groq": "0.5", "mistral": "0.5", "google": "0.5", "voyageai": "0.67"}
# DeepSeek's V4 peak hours hold since its price list of 2026-08-17, and not at weekends in Beijing since 2026-08-23: a
# price list of the first file cannot join a date and a window, and says so in its comments.
PEAK_SINCE = {"deepseek-v4-flash": "2026-08-17", "deepseek-v4-pro": "2026-08-17"}
PEAK_WEEKDAYS_SINCE = "2026-08-22T16:00:00Z"
# Inference in the US on Claude's own API: "Claude Opus 4.6, Claude Sonnet 4.6, and later models", platform.claude.com, "Data
# residency". Vertex: endpoints outside `global` since Claude 4.5 (the same page), since July 2026 for Gemini 3 and later.
US_INFERENCE = re.compile(r"claude-(opus-4-[6-9]|sonnet-4-[6-9]|haiku-4-[6-9]|(opus|sonnet|haiku|fable|mythos)-[5-9])")
VERTEX_CLAUDE = re.compile(r"claude-((opus|sonnet|haiku)-4-[5-9]|(opus|sonnet|haiku|fable|mythos)-[5-9])")
VERTEX_GEMINI = re.compile(r"gemini-([3-9]|\d\d)")
VERTEX_SINCE = "2026-07-01"
# Half the standard rate on OpenAI's Batch API, where LiteLLM lists no batch rates: developers.openai.com, "Batch API".
OPENAI_BATCH = re.compile(r"(gpt-(3\.5|4|5|6)|o[134]|text-embedding)(?!.*(realtime|audio|tts|transcribe|image|search|chat))")
VERTEX_REGIONS = "us*,europe*,eu,asia*,australia*,northamerica*,southamerica*,me-*,africa*"


def report(text):
    print(text, file=sys.stderr)


def plain(value):
    """A number without floating-point residue (over 15 significant digits), finer parts than 10^-18 and trailing zeros."""
    value = Decimal(value)
    if value.as_tuple().exponent < -18:
        value = value.quantize(Decimal("1e-18"))
    if len(value.as_tuple().digits) > 15:
        value = decimal.Context(prec=15).create_decimal(value)
    return value.normalize()


def text_of(value):
    return f"{value:f}"


def new_band(**members):
    return {"tier": "standard", "region": "", "above": 0, "reached": False, "from": "", "until": "", "window": "",
            "priority": 0, "status": "listed", "source": 0, "rates": {}, **members}


# ---- genai-prices

def matches(clause, text):
    (kind, value), = clause.items()
    if kind in ("or", "and"):
        return (any if kind == "or" else all)(matches(c, text) for c in value)
    value = value if kind == "regex" else str(value).lower()
    return {"equals": text == value, "starts_with": text.startswith(value), "ends_with": text.endswith(value),
            "contains": value in text, "regex": kind == "regex" and re.search(value, text) is not None}[kind]


def pattern_of(clause):
    """A match clause in the notation of IdPattern."""
    (kind, value), = clause.items()
    if kind in ("or", "and"):
        return " ".join([("|" if kind == "or" else "&") + str(len(value)), *map(pattern_of, value)])
    sign = {"equals": "=", "starts_with": "^", "ends_with": "$", "contains": "*", "regex": "/"}[kind]
    return sign + (value if kind == "regex" else str(value).lower())


def conditions(clause):
    """The clauses of which any suffices."""
    (kind, value), = clause.items()
    return [c for v in value for c in conditions(v)] if kind == "or" else [clause]


class Genai:
    def __init__(self, raw):
        self.providers = {p["id"]: p for p in json.loads(raw, parse_float=str, parse_int=str)}

    def own(self, provider, name):
        models = self.providers.get(provider, {}).get("models", ())
        return next((m for m in models if matches(m["match"], name.lower())), None)

    def fallback(self, provider, name):
        """The model of the first list that a provider falls back to."""
        for other in self.providers.get(provider, {}).get("fallback_model_providers") or ():
            if m := self.own(other, name):
                return other, m
        return None, None


def genai_bands(model):
    """The bands of a model, one list for each entry of its price list."""
    entries = model["prices"] if isinstance(model["prices"], list) else [{"prices": model["prices"]}]
    bands = []
    for entry in entries:
        constraint = entry.get("constraint") or {}
        base, tiers = {}, {}
        for key, price in entry["prices"].items():
            unit = GENAI_UNITS.get(key)
            if unit is None or (key == "audio_hours" and "input_audio_hours" in entry["prices"]):
                if unit is None:
                    report(f"{model['id']}: left out: unit {key}")
                continue
            per = GENAI_PER[key.rsplit("_", 1)[1]]
            base[unit] = (plain(price["base"] if isinstance(price, dict) else price), per)
            for tier in price["tiers"] if isinstance(price, dict) else []:
                tiers.setdefault(int(tier["start"]), {})[unit] = (plain(tier["price"]), per)
        window = ""
        if "start_time" in constraint:
            window = f'{constraint["start_time"][:5]}-{constraint["end_time"][:5]}'
        band = new_band(rates=base, window=window, priority=1 if window else 0, **{"from": constraint.get("start_date", "")})
        name = model["id"].lower()
        if window and name in PEAK_SINCE:
            wide = [band | {"from": PEAK_SINCE[name], "until": PEAK_WEEKDAYS_SINCE},
                    band | {"from": PEAK_WEEKDAYS_SINCE, "window": window + " Mon-Fri"}]
        else:
            wide = [band]
        bands += [b for b in wide if b["rates"]]
        low = dict(base)
        for threshold in sorted(tiers):
            low |= tiers[threshold]
            reached = threshold % 1000 == 999  # "over 271,999" is "from 272,000"
            bands.append(band | {"above": threshold + reached, "reached": reached, "rates": dict(low)})
    words = f'{model["id"]} {model.get("name", "")} {model.get("description", "")}'.lower()
    if not bands and not any(e["prices"] for e in entries):
        # Listed without any price: free where that is stated, an estimate elsewhere.
        free = ":free" in words or "(free)" in words or "free of charge" in words
        zero = {"input": (Decimal(0), MILLION), "output": (Decimal(0), MILLION)}
        return [new_band(rates=zero, status="listed" if free else "estimated")]
    return bands if any(price for b in bands for price, _ in b["rates"].values()) else []


# ---- LiteLLM

class Litellm:
    """One entry: rates[tier, threshold] = {unit: (price, per)}, and factors."""

    def __init__(self, provider, key, entry):
        self.key, self.mode, self.rates, self.factors = key, entry.get("mode"), {}, []
        for name, value in entry.items():
            if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", value):
                self.add(name, Decimal(value))
        standard = self.rates.setdefault(("standard", 0), {})
        sizes = entry.get("search_context_cost_per_query") or {}
        price = {s: plain(Decimal(sizes["search_context_size_" + s]) * 1000)
                 for s in ("low", "medium", "high") if "search_context_size_" + s in sizes}
        if price and provider == "perplexity":
            if len(set(price.values())) > 1:  # a fee of every request; else of every search
                standard["requests"] = (price["high"], 1000)
                for size, fee in price.items():
                    standard[f"requests_{size}_context"] = (fee, 1000)
            else:
                standard["web_searches"] = (price["medium"], 1000)
        elif price.get("medium"):
            standard["web_searches"] = (price["medium"], 1000)
        for zone in ("us", "eu"):
            if factor := entry.get(f"regional_processing_uplift_multiplier_{zone}"):
                self.factors.append((zone, plain(factor)))
        special = entry.get("provider_specific_entry") or {}
        self.fast = plain(special["fast"]) if "fast" in special else None
        self.rates = {k: r for k, r in self.rates.items() if r}

    def add(self, name, price):
        tier = ""
        for suffix in ("_batches", "_flex", "_priority"):
            if name.endswith(suffix):
                tier, name = suffix, name.removesuffix(suffix)
        above = 0
        if m := re.fullmatch(r"(.+)_above_(\d+)k_tokens", name):
            name, above = m[1], int(m[2]) * 1000
        unit = LITELLM_UNITS.get(name)
        if unit is None:
            return
        if unit == "output_seconds" and self.mode in ("audio_transcription", "audio_speech"):
            return  # the price of the input or of the tokens once more
        if unit == "input_seconds" and self.mode == "audio_transcription":
            unit = "input_audio_seconds"
        if self.mode in ("image_generation", "image_edit") and unit in ("input_images", "input_pixels"):
            unit = unit.replace("input", "output")  # LiteLLM's name for the price of a generated image
        if price == 0 and unit not in ("input", "output"):
            return
        if unit == "output" and self.mode in ("embedding", "rerank"):
            return
        code, per = UNITS[unit]
        if unit.endswith(("seconds", "images", "sessions", "pixels")):
            per = 1
        if unit in TOKENS and price * per >= 1000:
            report(f"left out: {self.key}: {name} {text_of(price)} is no price of a token")
            return
        rates = self.rates.setdefault((TIERS[tier], above), {})
        if not (name.endswith("_cache_hit") and unit in rates):
            rates[unit] = (plain(price * per), per)

    def bands(self):
        """The bands of a model that only this file lists."""
        standard = self.rates.get(("standard", 0), {})
        if not any(price for price, _ in standard.values()):
            if self.mode == "moderation":
                zero = {"input": (Decimal(0), MILLION), "output": (Decimal(0), MILLION)}
                return [new_band(rates=zero, source=1)]
            return []
        found = []
        for (tier, above), rates in sorted(self.rates.items(), key=lambda item: (TIER_ORDER[item[0][0]], item[0][1])):
            whole = dict(self.rates.get((tier, 0), {}))
            if tier == "standard":
                whole = dict(standard)
            else:
                whole = {u: r for u, r in standard.items() if u not in TOKENS or u in ("input_audio", "output_audio")} | whole
                if "input" not in whole or ("output" in standard and "output" not in whole):
                    continue
            found.append(new_band(tier=tier, above=above, rates=whole | rates, source=1))
        return found


TIER_LETTERS = {"batch": "b", "flex": "f", "priority": "p", "fast": "x"}
TIER_ORDER = {"standard": 0, "batch": 1, "flex": 2, "priority": 3, "fast": 4}


# ---- the merge

class Merger:
    def __init__(self, genai, litellm, decisions, day, other_day):
        self.genai, self.litellm, self.decisions, self.day, self.other_day = genai, litellm, decisions, day, other_day
        self.undecided, self.used, self.agreed = [], set(), 0

    def decision(self, provider, name):
        for index, one in enumerate(self.decisions["prefer"]):
            if one["provider"] == provider and re.fullmatch(one["model"], name):
                self.used.add(index)
                return one
        return None

    def current(self, bands):
        """The standard band in force on the day of the second file."""
        now = [b for b in bands if b["tier"] == "standard" and not b["above"] and not b["window"] and not b["until"]
               and b["from"] <= str(self.other_day)]
        return max(now, key=lambda b: b["from"], default=None)

    def merge(self, provider, name, bands, entry, borrowed=False):
        """The bands of both files; `borrowed` where the first file's are those of the list that it falls back to."""
        if entry is None:
            return bands
        own = entry.bands()
        if not bands or not own:
            return bands or own
        current = self.current(bands)
        standard = entry.rates.get(("standard", 0), {})
        if current is None:
            return bands
        differing = {u: (current["rates"][u], r) for u, r in standard.items()
                     if u in current["rates"] and current["rates"][u][0] * r[1] != r[0] * current["rates"][u][1]}
        decision = self.decision(provider, name) if differing else None
        if differing and borrowed:
            decision = {"use": "litellm"}  # a list of its own precedes a fallback
        elif differing and decision is None:
            self.undecided.append(f"{provider} {name}: " + ", ".join(
                f"{u} {text_of(a[0])} and {text_of(b[0])}" for u, (a, b) in differing.items()))
        if decision and decision["use"] == "litellm":
            own = [b | {"rates": self.complete(b, current, provider)} for b in own] if not borrowed else own
            since = decision.get("from", "")
            return [b | {"until": since} for b in bands if since and b["from"] < since] + [b | {"from": since} for b in own]
        self.agreed += not differing
        since = next((one["from"] for one in self.decisions["since"]
                      if one["provider"] == provider and re.fullmatch(one["model"], name)), "")
        return self.add_missing(bands, current, entry, standard, since)

    @staticmethod
    def complete(band, other, provider):
        """The rates of a band, with those units of the other file that are no tokens."""
        return {u: r for u, r in other["rates"].items() if u not in TOKENS and band["tier"] == "standard"} | band["rates"]

    def add_missing(self, bands, current, entry, standard, since):
        start = current["from"]
        merged = []
        for b in bands:
            rates = dict(b["rates"])
            listed = b["from"] == start and not b["window"]
            above = entry.rates.get(("standard", b["above"]), {}) if listed and b["above"] else {}
            for unit, (price, per) in standard.items():
                if unit in rates:
                    continue
                if unit in above:
                    rates[unit] = above[unit]
                elif unit not in TOKENS:
                    rates[unit] = (price, per)
                elif (side := "output" if unit.startswith(("output", "reasoning")) else "input") in standard and \
                        side in rates and standard[side][0]:
                    rates[unit] = (plain(price * rates[side][0] / standard[side][0]), per)  # its share of the text rate
                elif listed and not b["above"]:
                    rates[unit] = (price, per)
            if since and rates != b["rates"]:
                merged += [b, b | {"rates": rates, "from": max(b["from"], since)}]
            else:
                merged.append(b | {"rates": rates})
        thresholds = {b["above"] for b in bands if b["tier"] == "standard"}
        if thresholds == {0} and len(bands) == 1:
            for (tier, above), rates in sorted(entry.rates.items()):
                if tier == "standard" and above:
                    merged.append(current | {"above": above, "rates": merged[0]["rates"] | rates, "source": 1})
        return merged + list(self.tier_bands(merged, entry, standard, start))

    def tier_bands(self, bands, entry, standard, start):
        for tier in ("batch", "flex", "priority"):
            special = entry.rates.get((tier, 0), {})
            if "input" not in special or ("output" in standard and "output" not in special):
                continue
            ratio = {u: price / standard[u][0] for u, (price, _) in special.items() if u in standard and standard[u][0]}
            for band in bands:
                if band["from"] < start or band["window"] or band["tier"] != "standard":
                    continue
                listed = band["from"] == start
                exact = entry.rates.get((tier, band["above"]), {}) if listed else {}
                rates = {}
                for unit, (price, per) in band["rates"].items():
                    if unit in exact:
                        rates[unit] = exact[unit]
                    elif unit in ratio and not (listed and not band["above"]):
                        rates[unit] = (plain(price * ratio[unit]), per)  # the tier's share of the standard rate
                    elif unit not in TOKENS or unit in ("input_audio", "output_audio"):
                        rates[unit] = (price, per)
                rates |= {u: r for u, r in exact.items() if u not in rates}
                estimated = any(u in rates and u not in exact for u in ratio)
                yield band | {"tier": tier, "source": 1, "rates": rates,
                              "status": "estimated" if estimated else "listed"}


# ---- models

def split_zone(provider, name):
    """The zone that an id names, and the id without it."""
    if provider == "aws":
        zone, _, rest = name.partition(".")
        if zone in ZONES and rest.split(".")[0] in VENDORS:
            return zone, rest
    if provider == "azure":
        zone, _, rest = name.partition("/")
        if zone in ("us", "eu", "global", "global-standard") and rest:
            return zone.removesuffix("-standard"), rest
    return "", name


def comparable(band):
    return tuple(band[k] for k in ("tier", "above", "from", "until", "window"))


def rates_key(bands):
    return tuple(sorted((tuple((k, str(v)) for k, v in sorted(b.items()) if k != "rates"),
                         tuple(sorted((u, str(p), n) for u, (p, n) in b["rates"].items()))) for b in bands))


def undated(name):
    return re.sub(r"([-@]20\d\d-?\d\d-?\d\d|@default)$", "", name)


class Provider:
    """The models of one provider: {id without zone: {zone: bands}}, then rows."""

    def __init__(self, merger, provider):
        self.merger, self.provider, self.genai = merger, provider, merger.genai
        self.entries, self.names = {}, {}
        for (p, name), entry in merger.litellm.items():
            if p == provider:
                self.entries.setdefault(name, entry)
        self.collect()

    def collect(self):
        names = dict.fromkeys(self.entries)
        for m in self.genai.providers.get(self.provider, {}).get("models", ()):
            own = [str(v).lower() for c in conditions(m["match"]) for k, v in c.items() if k == "equals"]
            prefixes = [str(v).lower() for c in conditions(m["match"]) for k, v in c.items()
                        if k == "starts_with" and not str(v).endswith("-")]
            for name in [m["id"].lower(), *own, *prefixes]:
                if self.provider == "aws":
                    name = re.sub(r"^regional\.", "", name)
                if self.genai.own(self.provider, name) is m or name in own:
                    names[name] = None
        for name in names:
            zone, rest = split_zone(self.provider, name)
            self.names.setdefault(rest, {}).setdefault(zone, name)
            if self.provider == "aws" and rest.split(".")[0] in VENDORS:
                for other in ["", *ZONES]:  # zones that the first file declares by a condition
                    full = f"{other}.{rest}" if other else rest
                    m = self.genai.own("aws", full)
                    if m and f"{other}.{rest.split('.')[0]}" in json.dumps(m["match"]):
                        self.names[rest].setdefault(other, full)

    def price(self, name):
        """The model of the first file and the bands of an id, zone included."""
        m = self.genai.own(self.provider, name)
        borrowed = False
        bands = genai_bands(m) if m else []
        other, fallback = self.genai.fallback(self.provider, name)
        entry = self.entries.get(name)
        if not bands and entry and fallback:
            bands, borrowed = genai_bands(fallback), True
        bands = self.merger.merge(self.provider, name, bands, entry, borrowed)
        if m and fallback and bands and not borrowed:
            self.fill(bands, genai_bands(fallback))
        return m, bands, entry

    @staticmethod
    def fill(bands, other):
        """Units that a list of its own lacks, from the list that it falls back to, where the rates of tokens are equal."""
        for band in bands:
            for one in other:
                if all(band[k] == one[k] for k in ("tier", "above", "from", "window")) and \
                        all(band["rates"].get(u) == one["rates"].get(u) for u in ("input", "output")):
                    for unit, rate in one["rates"].items():
                        band["rates"].setdefault(unit, rate)

    def rows(self):
        groups, alone = {}, []
        for base, zones in self.names.items():
            found = {zone: self.price(name) for zone, name in zones.items()}
            found = {zone: f for zone, f in found.items() if f[1]}
            if not found:
                continue
            if not any(entry for _, _, entry in found.values()):
                alone.append((base, found))
            else:
                self.add_row(groups, base, found)
        for base, found in alone:
            # An id that only the first file has joins its model's row, which has the second file's rates, too.
            models = [m for m, _, _ in found.values()]
            joined = next((g for g in groups.values() if any(m in g["models"] for m in models) and all(
                self.contained(bands, g["bands"], zone) for zone, (_, bands, _) in found.items())), None)
            if joined:
                joined["names"].append(base)
                joined["models"] += [m for m in models if m not in joined["models"]]
            else:
                self.add_row(groups, base, found)
        return self.named(list(groups.values()))

    @staticmethod
    def contained(bands, others, zone):
        """Whether all rates of some bands are also those of others, for the home zone."""
        known = {comparable(b): b for b in others if not b["region"]}
        return zone not in ("", "global") or all(
            (same := known.get(comparable(b))) and all(
                same["rates"].get(u) == r or zone == "" and u in TOKENS and u in same["rates"] and r[0] in
                (same["rates"][u][0], plain(same["rates"][u][0] * Decimal("1.1"))) for u, r in b["rates"].items())
            for b in bands)

    def add_row(self, groups, base, found):
        home = next(z for z in ("global", "", *ZONES) if z in found)
        model, bands, entry = found[home]
        bands = [dict(b) for b in bands]
        adjustments = self.adjustments(base, found, home, bands, entry)
        bands += self.regional_bands
        mode = next((f[2].mode for f in found.values() if f[2]), None)
        embeds = mode == "embedding" or "embed" in base or self.provider == "voyageai"
        key = (model["id"] if model else undated(base), rates_key(bands), tuple(adjustments), embeds)
        if model and self.provider == "aws":
            key = (re.sub(r"^(regional|global)\.", "", model["id"]), *key[1:])
        row = groups.setdefault(key, {"names": [], "bands": bands, "adjustments": adjustments, "models": [],
                                      "category": "embeddings" if embeds else "tokens", "mode": mode})
        row["names"].append(base)
        for m, _, _ in found.values():
            if m and m not in row["models"]:
                row["models"].append(m)

    def adjustments(self, base, found, home, bands, entry):
        """Zones, data residency, fast mode and batch discounts as factors; other zones become self.regional_bands."""
        factors, self.regional_bands = collections.defaultdict(list), []
        for zone, (_, other, _) in found.items():
            region = zone or "regional"
            if zone == home or (zone == "" and home != "global"):
                continue
            other = self.whole_zone(bands, other)
            factor = self.factor(bands, other)
            if factor is None:
                self.regional_bands += [b | {"region": region} for b in other]
            else:
                factors[factor].append(region)
        rows = [("zone", f, "", ",".join(z), "") for f, z in factors.items()]
        if entry:
            residency = collections.defaultdict(list)
            for zone, factor in entry.factors:
                residency[factor].append(zone)
            rows += [("data residency", f, "", ",".join(z), "") for f, z in residency.items()]
            if entry.fast:
                rows.append(("fast mode", entry.fast, "fast", "", ""))
        if self.provider == "anthropic" and US_INFERENCE.match(base):
            rows.append(("inference in the US", Decimal("1.1"), "", "us", ""))
        if self.provider == "google" and VERTEX_CLAUDE.match(base):
            rows.append(("regional endpoint", Decimal("1.1"), "", VERTEX_REGIONS, ""))
        if self.provider == "google" and VERTEX_GEMINI.match(base):
            rows.append(("regional endpoint", Decimal("1.1"), "", VERTEX_REGIONS, VERTEX_SINCE))
        if self.provider == "openai" and OPENAI_BATCH.match(base) and not any(b["tier"] == "batch" for b in bands):
            rows.append(("batch discount", Decimal("0.5"), "batch", "", ""))
        if self.provider in BATCH and not any(b["tier"] == "batch" for b in bands):
            rows.append(("batch discount", Decimal(BATCH[self.provider]), "batch", "", ""))
        return rows

    @staticmethod
    def whole_zone(bands, zone):
        """The bands of a zone, with those bands and units that only the home zone has, at the zone's share of its price."""
        known = {comparable(b): b for b in zone}
        base = next((b for b in bands if comparable(b) == comparable(zone[0])), bands[0])
        share = {side: zone[0]["rates"][side][0] / base["rates"][side][0] for side in ("input", "output")
                 if side in zone[0]["rates"] and base["rates"].get(side, (0,))[0]}
        whole = []
        for b in bands:
            own = known.pop(comparable(b), None)
            rates = dict(own["rates"]) if own else {}
            for unit, (price, per) in b["rates"].items():
                if unit not in rates:
                    side = "output" if unit.startswith(("output", "reasoning")) else "input"
                    rates[unit] = (plain(price * share.get(side, 1)), per) if unit in TOKENS else (price, per)
            whole.append((own and own | {"reached": b["reached"]} or b | {"status": b["status"] if len(set(share.values())) < 2 else "estimated"}) | {"rates": rates})
        return whole + list(known.values())

    @staticmethod
    def factor(bands, other):
        """The factor by which all rates of tokens differ; None where there is no single one."""
        known = {comparable(b): b for b in bands}
        factors = set()
        for b in other:
            same = known.get(comparable(b))
            if same is None:
                return None
            for unit, (price, per) in b["rates"].items():
                rate = same["rates"].get(unit)
                if rate is None or rate[1] != per:
                    return None
                if unit in TOKENS and rate[0]:
                    factors.add(price / rate[0])
                elif price != rate[0]:
                    return None
        if len(factors) != 1:
            return None
        factor, = factors
        return plain(factor) if len(factor.normalize().as_tuple().digits) < 6 else None

    def named(self, groups):
        """Gives each row its id, aliases and patterns."""
        taken = {name for g in groups for name in g["names"]}
        for g in groups:
            ids = [re.sub(r"^regional\.", "", m["id"].lower()).rstrip("-") for m in g["models"]]
            ids = [split_zone(self.provider, i)[1] for i in ids]
            if self.provider == "aws":  # ids that the second file has, too: the first writes some by rule
                ids = [i for i in ids if i in self.entries] + [n for n in g["names"] if n in self.entries] + ids
            g["id"] = next((i for i in ids if i in g["names"]), None) or min(g["names"], key=lambda n: (len(n), n))
            g["names"] = [n for n in g["names"] if n != g["id"]]
            g["patterns"] = []
            if self.provider == "aws":  # a response names the model without its vendor
                for name in [g["id"], *g["names"]]:
                    vendor, _, model = name.partition(".")
                    model = re.sub(r"(-v\d+)?(:\d+)?$", "", model)
                    if vendor in ("anthropic", "openai", "amazon") and model and model not in taken:
                        taken.add(model)
                        g["names"].append(model)
        seen = set()
        # The conditions of a model go to the row that has its id, or else to its first row.
        for m in self.genai.providers.get(self.provider, {}).get("models", ()):
            rows = [g for g in groups if m in g["models"]]
            if not rows:
                continue
            name = split_zone(self.provider, re.sub(r"^regional\.", "", m["id"].lower()))[1]
            row = next((g for g in rows if g["id"] == name), None) or next((g for g in rows if name in g["names"]), rows[0])
            for c in conditions(m["match"]):
                pattern = self.without_zone(pattern_of(c)) if self.provider == "aws" else pattern_of(c)
                if pattern[0] == "=" or pattern in seen:
                    continue
                seen.add(pattern)
                row["patterns"].append(pattern)
        return sorted(groups, key=lambda g: g["id"])

    @staticmethod
    def without_zone(pattern):
        """A condition on Bedrock ids after their zone is removed."""
        if pattern[0] not in "*^$=" or " " in pattern:
            return pattern
        zone, rest = split_zone("aws", pattern[1:])
        if pattern[0] == "$":
            return "=" + rest
        return ("^" if rest.split(".")[0] in VENDORS or pattern[0] == "^" else pattern[0]) + rest


# ---- the generated text

def block(provider, rows, day):
    """One provider's list in the notation of pricing/price_list.hpp."""
    lines = []
    for row in rows:
        flags = "!e" if row["category"] == "embeddings" else ""
        lines.append(" ".join(filter(None, [row["id"], *sorted(set(row["names"])), flags])))
        lines += [f"~{pattern}" for pattern in row["patterns"]]
        for b in row["bands"]:
            parts = []
            if b["tier"] != "standard":
                parts.append("t=" + TIER_LETTERS[b["tier"]])
            if b["region"]:
                parts.append("g=" + b["region"])
            if b["above"]:
                parts.append(("]" if b["reached"] else ">") + str(b["above"]))
            if b["from"]:
                parts.append("f=" + b["from"])
            if b["until"]:
                parts.append("u=" + b["until"])
            if b["window"]:
                parts.append("d=" + b["window"].replace(" ", ";"))
            if b["priority"]:
                parts.append(f'p={b["priority"]}')
            status = b["status"] if b["status"] != "listed" else "announced" if b["from"][:10] > str(day) else "listed"
            if status != "listed":
                parts.append("s=" + status[0])
            if b["source"]:
                parts.append(f'n={b["source"]}')
            for unit, (price, per) in b["rates"].items():
                code, usual = UNITS[unit]
                parts.append(code + text_of(price) + (f"/{per}" if per != usual else ""))
            lines.append(" " + " ".join(parts))
        for name, factor, tier, regions, since in row["adjustments"]:
            conditions_ = [f"t={TIER_LETTERS[tier]}"] if tier else []
            conditions_ += [f"g={regions}"] if regions else []
            conditions_ += [f"f={since}"] if since else []
            lines.append(" ".join(["*" + text_of(plain(factor)), *conditions_, name.replace(" ", "_")]))
        if provider == "groq" and row["id"].startswith("whisper"):
            lines.append("<as10")
    return "\n".join(lines) + "\n"


def check(provider, row):
    """Reports bands of which none takes precedence: the library refuses them."""
    ranks = collections.Counter((b["tier"], b["region"], b["priority"], b["from"], b["above"], b["window"]) for b in row["bands"])
    for rank, count in ranks.items():
        if count > 1:
            report(f"ambiguous: {provider} {row['id']}: {rank}")


def write(providers, fallbacks, path, day, raw, other, other_day, other_raw):
    def source(file, date, content):
        title = "genai-prices " + file.name.removesuffix(".json").removeprefix("genai-prices-") if "genai" in file.name \
            else "LiteLLM model prices"
        return f'    {{"{title}, sha256 {hashlib.sha256(content).hexdigest()[:16]}", std::chrono::year{{{date.year}}} / ' \
               f'{date.month} / {date.day}}},\n'
    lists = ""
    for provider, rows in providers.items():
        text = block(provider, rows, day)
        assert ')_"' not in text
        falls = ",".join(fallbacks.get(provider, ()))
        pieces, piece = [], ""
        for line in text.splitlines(keepends=True):  # compilers guarantee literals of 65,536 characters
            if len(piece) + len(line) > 60_000 and line[0] not in " ~*<":
                pieces.append(piece)
                piece = ""
            piece += line
        for i, one in enumerate([*pieces, piece]):
            lists += f'    {{"{provider}", "{falls if i == 0 else ""}", R"_({one})_"}},\n'
    print(f"""// SPDX-License-Identifier: MIT
// Generated by tools/make_prices.py; do not edit. Sources: docs/provenance.md.
#pragma once

#include <centavo/pricing/price_list.hpp>

#include <chrono>

namespace centavo::detail {{
inline namespace CENTAVO_ABI {{

inline constexpr PriceSourceName price_sources[] = {{
{source(path, day, raw)}{source(other, other_day, other_raw)}}};

inline constexpr PriceText price_texts[] = {{
{lists}}};

inline constexpr PriceList price_list{{price_sources, price_texts}};

}}  // namespace CENTAVO_ABI
}}  // namespace centavo::detail""")


def main():
    path, day = pathlib.Path(sys.argv[1]), datetime.date.fromisoformat(sys.argv[2])
    other, other_day = pathlib.Path(sys.argv[3]), datetime.date.fromisoformat(sys.argv[4])
    raw, other_raw = path.read_bytes(), other.read_bytes()
    if other.suffix == ".gz":
        other_raw = gzip.decompress(other_raw)
    decisions = json.loads((pathlib.Path(__file__).parent / "price_decisions.json").read_text())
    litellm = {}
    for key, entry in json.loads(other_raw, parse_float=str, parse_int=str).items():
        if entry.get("litellm_provider") in LITELLM:
            provider, prefix = LITELLM[entry["litellm_provider"]]
            name = key.removeprefix(prefix).lower()
            if provider == "openai":
                name = name.removeprefix("openai/")
            if provider == "aws":
                name = re.sub(r"^bedrock(_converse)?/", "", name)
                if "/" in name:
                    continue  # LiteLLM's own names of regions and commitments, which no request has
            litellm.setdefault((provider, name), Litellm(provider, key, entry))
    left_out = {(one["provider"], one["model"]): one for one in decisions["omit"]}
    genai = Genai(raw)
    for p in genai.providers.values():
        p["models"] = [m for m in p["models"] if (p["id"], m["id"]) not in left_out]
    merger = Merger(genai, litellm, decisions, day, other_day)
    providers = {p: Provider(merger, p).rows() for p in PROVIDERS}
    for provider, rows in providers.items():
        for one in decisions["add"]:
            if one["provider"] != provider:
                continue
            for row in rows:
                if re.match(one["model"], row["id"]) and row["mode"] in (None, "chat", "responses"):
                    for band in row["bands"]:
                        for unit, (price, per) in one["rates"].items():
                            band["rates"].setdefault(unit, (plain(price), per))
        for row in rows:
            check(provider, row)
    fallbacks = {p: [f for f in genai.providers[p].get("fallback_model_providers") or () if f in PROVIDERS]
                 for p in PROVIDERS if p in genai.providers}
    for index, one in enumerate(decisions["prefer"]):
        if index not in merger.used:
            report(f"decides nothing: {one['provider']} {one['model']}")
    for line in merger.undecided:
        report(f"undecided, the later file is used: {line}")
    count = sum(map(len, providers.values()))
    report(f"{count} models of {len(providers)} providers; the files agree on {merger.agreed} ids and disagree without a "
           f"decision on {len(merger.undecided)}")
    write(providers, fallbacks, path, day, raw, other, other_day, other_raw)


main()
