# PyTorch's side of CompareTraining: see TimedSteps for the arguments and for what is printed.
import json, sys, time
import numpy as np
import torch
import torch.nn.functional as F

name, folder, seconds, tolerance = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
tuned, bf16, compiled = (word in sys.argv[5:] for word in ("tuned", "bf16", "compiled"))
task = {word: float(number) for word, number in map(str.split, open(folder + "/task.txt"))}
B, T, D, H = (int(task[word]) for word in ("batch", "time", "width", "heads"))
K = D // H

weights = {}
with open(folder + "/weights.safetensors", "rb") as file:
    header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    start = file.tell()
    for key, entry in header.items():
        if key != "__metadata__":
            file.seek(start + entry["data_offsets"][0])
            array = np.fromfile(file, np.float32, (entry["data_offsets"][1] - entry["data_offsets"][0]) // 4)
            weights[key] = torch.from_numpy(array).reshape(entry["shape"]).clone().requires_grad_()
tokens = np.fromfile(folder + "/tokens.i32", np.int32).reshape(int(task["batches"]), 2, B, T)
tokens = torch.from_numpy(tokens.astype(np.int64))

angles = torch.outer(torch.arange(T, dtype=torch.float64), 10000.0 ** (-torch.arange(0, K, 2, dtype=torch.float64) / K))
cos, sin, turn = angles.cos().float(), angles.sin().float(), torch.polar(torch.ones_like(angles), angles).to(torch.complex64)
causal = torch.full((T, T), float("-inf")).triu(1)
attention = getattr(F, "scaled_dot_product_attention", None)  # since 2.0

def norm(x, gain):
    if hasattr(F, "rms_norm"):  # since 2.4
        return F.rms_norm(x, (D,), gain, 1e-5)
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * gain

def rope(x):
    if tuned and not compiled:  # compiled code is faster without complex numbers
        return torch.view_as_real(torch.view_as_complex(x.float().unflatten(-1, (K // 2, 2))) * turn).flatten(-2)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)

def attend(x, layer):
    q, k, v = (F.linear(x, weights[f"{layer}.attn.{w}_proj.weight"]).view(B, T, H, K).transpose(1, 2) for w in "qkv")
    q, k = rope(q), rope(k)
    if attention:
        y = attention(q.to(v.dtype), k.to(v.dtype), v, is_causal=True)
    else:
        y = ((q @ k.transpose(-2, -1)) / K**0.5 + causal).softmax(-1) @ v
    return F.linear(y.transpose(1, 2).reshape(B, T, D), weights[f"{layer}.attn.output_proj.weight"])

def loss_of(inputs, targets):
    x = F.embedding(inputs, weights["token_embeddings.weight"])
    for i in range(int(task["layers"])):
        w = f"layers.{i}"
        x = x + attend(norm(x, weights[w + ".ln1.weight"]), w)
        y = norm(x, weights[w + ".ln2.weight"])
        gate = F.silu(F.linear(y, weights[w + ".ffn.w1.weight"])) * F.linear(y, weights[w + ".ffn.w3.weight"])
        x = x + F.linear(gate, weights[w + ".ffn.w2.weight"])
    logits = F.linear(norm(x, weights["ln_final.weight"]), weights["lm_head.weight"])
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())

if compiled:
    loss_of = torch.compile(loss_of)
groups = [{"params": [w for w in weights.values() if w.dim() == 2], "weight_decay": 0.1},
          {"params": [w for w in weights.values() if w.dim() == 1], "weight_decay": 0.0}]
fused = {"fused": True} if int(torch.__version__.split(".")[0]) > 1 else {}  # on the CPU since 2.4
optimizer = torch.optim.AdamW(groups, lr=task["lr"], betas=(0.9, 0.95), eps=1e-8, **fused)

def step(number):
    inputs, targets = tokens[number % len(tokens)]
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        loss = loss_of(inputs, targets)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0)
    optimizer.step()
    return loss.item()

start = time.perf_counter()
losses = [step(i) for i in range(int(task["checked"]))]
print("losses", *(f"{loss:.6f}" for loss in losses))
for found, expected in zip(losses, map(float, open(folder + "/losses.txt").read().split())):
    if not abs(found - expected) <= tolerance * expected:
        sys.exit(f"loss is {found}, expected {expected} within {tolerance}: nothing is timed")
done = len(losses)
while time.perf_counter() - start < seconds / 2:
    step(done)
    done += 1
millis = []
processor = time.process_time()
while seconds > 0 and (len(millis) < 3 or sum(millis) < seconds * 1e3):
    start = time.perf_counter()
    step(done + len(millis))
    millis.append((time.perf_counter() - start) * 1e3)
print("millis", *(f"{m:.3f}" for m in millis))
print("cores", f"{(time.process_time() - processor) * 1e3 / sum(millis):.2f}" if millis else "NaN")
print("peak", int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) / 1024)
