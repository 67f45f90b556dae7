#!/usr/bin/env bash
# Expected: @huggingface/xetchunk-wasm, the Hub's own JavaScript chunker for Xet storage, cuts as the published algorithm says. Its README says
#   that it matches the Rust reference implementation, and the specification asks for no boundary before 8 KiB (8,192 bytes).
# What happens: on a real Parquet file 15 of its 211 chunks are 8,128 bytes long, 64 less than the smallest size that is allowed: where the rolling
#   hash already matches in the window of 64 bytes that is read before the minimum, the boundary is taken instead of being passed over.
# Why it matters: each early cut moves the next ones, so that the same file gets other chunks and another Xet hash than from the official Python
#   client. Files that one of them uploaded are then deduplicated against the other's only in part, and who compares hashes finds them unequal.
# Versions: @huggingface/xetchunk-wasm 0.2.0 (newest on 2026-12-01), vega-datasets 3.2.1 for the file; Node 20.20.
# Where it comes from: the chunking page of the Hub's Xet documentation (MIN_CHUNK_SIZE: below it the mask is not tested), and a look at what came out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-fund --no-audit --ignore-scripts @huggingface/xetchunk-wasm@0.2.0 vega-datasets@3.2.1
cat > cut.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { getChunks } from '@huggingface/xetchunk-wasm'

const minimum = 8 * 1024
const version = JSON.parse(readFileSync('node_modules/@huggingface/xetchunk-wasm/package.json', 'utf8')).version
const bytes = readFileSync('node_modules/vega-datasets/data/flights-3m.parquet')
const lengths = getChunks(bytes).map(({ length }) => length)
// The last chunk is what is left, and may be of any length.
const short = lengths.slice(0, -1).filter((length) => length < minimum)
console.log(`@huggingface/xetchunk-wasm ${version}, flights-3m.parquet of ${bytes.length} bytes`)
console.log(`${lengths.length} chunks, ${short.length} of them below the minimum of ${minimum} bytes: ${[...new Set(short)].join(', ')}`)
const seen = lengths.length === 211 && short.length === 15 && short.every((length) => length === minimum - 64)
console.log(seen ? 'as described' : 'not as described any more')
process.exit(seen ? 0 : 1)
JS
node cut.mjs
