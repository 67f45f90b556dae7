#!/usr/bin/env bash
# Expected: a list in brackets whose last bracket stands below its key, as people write JSON and as many cards on the Hub have it, is read by js-yaml 5 as
#   by js-yaml 4; and js-yaml, which takes the parser of PyYAML for its model, reads what the Hub's Python library reads.
# What happens: js-yaml 5 throws "deficient indentation" for it, wherever the brackets stand in a block mapping or list. js-yaml 4, PyYAML and `yaml` read it.
#   The same text at the top level is fine, and one blank before the bracket is enough. By the letter of YAML js-yaml 5 is right; its guide for those who
#   come from 4 does not tell.
# Why it matters: a tool that was updated from 4 to 5 takes cards, workflows and configuration for broken that every other reader takes, and one that skips
#   a card that it cannot read loses the licence, the configurations and the splits without a word.
# Versions: js-yaml 4.3.2 and 5.5.0, yaml 2.9.1, PyYAML 6.0.3 (newest on 2026-11-30); Node 20.20, Python 3.
# Where it comes from: reading 3,000 drawn cards with the three libraries before one was replaced by another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-fund --no-audit --ignore-scripts yaml@2.9.1 js-yaml@5.5.0 js-yaml-4@npm:js-yaml@4.3.2
python3 -m venv python
python/bin/pip install --quiet --quiet --disable-pip-version-check PyYAML==6.0.3
printf '%s\n' '["tags: [\n  a,\n  b\n]\n", "tags: [\n  a,\n  b\n ]\n", "[\n  a,\n  b\n]\n"]' > cards.json
python/bin/python -c "
import json, yaml
print(json.dumps([json.dumps(yaml.safe_load(card), separators=(',', ':')) for card in json.load(open('cards.json'))]))" > pyyaml.json
cat > compare.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { load as load4 } from 'js-yaml-4'
import { parse } from 'yaml'

const cards = JSON.parse(readFileSync('cards.json', 'utf8'))
const attempt = (read) => (card) => {
  try {
    return JSON.stringify(read(card))
  } catch (error) {
    return error.reason
  }
}
const columns = [
  ['PyYAML', JSON.parse(readFileSync('pyyaml.json', 'utf8'))],
  ['js-yaml 4', cards.map(attempt(load4))],
  ['yaml', cards.map(attempt(parse))],
  ['js-yaml 5', cards.map(attempt(load))],
]
for (const [at, card] of cards.entries()) {
  console.log(JSON.stringify(card))
  for (const [name, read] of columns) console.log(`  ${name.padEnd(10)} ${read[at]}`)
}
const values = ['{"tags":["a","b"]}', '{"tags":["a","b"]}', '["a","b"]']
const expected = [values, values, values, values.with(0, 'deficient indentation')]
const seen = JSON.stringify(columns.map(([, read]) => read)) === JSON.stringify(expected)
console.log(seen ? 'as described' : 'not as described any more')
process.exit(seen ? 0 : 1)
JS
node compare.mjs
