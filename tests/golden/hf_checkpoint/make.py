#!/usr/bin/env python3
"""What Hugging Face's own software says about one of our checkpoints.

usage: make.py CHECKPOINT_DIR > expected.json      (pip install torch transformers)

The directory is loaded unchanged by LlamaForCausalLM and AutoTokenizer. For every text the
log-probabilities of all its tokens but the first, end-of-text appended, are written in nats.
The texts include every printable character, so the tokenizer is compared as well."""
import json
import sys

import tokenizers
import torch
import transformers
from transformers import AutoTokenizer, LlamaForCausalLM

TEXTS = [
    "23+58=81",
    "123+458=581",
    "s:kfjwe=efjkw",
    "c:abc=abc",
    "u:tca=cat",
    "D75938=2",
    "T75938=2142",
    "v:qau*xkr*=y",
    " two  spaces ",
    "".join(map(chr, range(32, 80))),
    "".join(map(chr, range(79, 127))),
]

model = LlamaForCausalLM.from_pretrained(sys.argv[1], torch_dtype=torch.float32).eval()
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
eos = tokenizer.eos_token_id
cases = []
for text in TEXTS:
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert ids == [ord(c) - 32 for c in text], (text, ids)
    assert tokenizer(text)["input_ids"] == ids
    assert tokenizer.decode(ids) == text, (text, tokenizer.decode(ids))
    assert tokenizer.decode(ids + [eos], skip_special_tokens=True) == text
    ids = ids + [eos]
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0].double()
    logp = torch.log_softmax(logits, -1)
    greedy = model.generate(torch.tensor([ids[:4]]), max_new_tokens=12, do_sample=False)[0, 4:].tolist()
    cases.append({
        "text": text,
        "logprobs": [round(logp[i, ids[i + 1]].item(), 7) for i in range(len(ids) - 1)],
        "greedy_from_4": tokenizer.decode(greedy, skip_special_tokens=True),
    })
assert tokenizer("<|endoftext|>")["input_ids"] == [eos]
json.dump({"torch": torch.__version__, "transformers": transformers.__version__,
           "tokenizers": tokenizers.__version__, "cases": cases}, sys.stdout, indent=1)
print()
