#!/usr/bin/env bash
# Expected: the front matter of a dataset card says the same to all who read it. The Hub's Python libraries read it with PyYAML, which follows YAML 1.1;
#   a JavaScript tool that asks the library `yaml` for `version: '1.1'` should get the same values, and one that takes YAML 1.2 at most other booleans.
# What happens: no reader agrees with PyYAML. A column called `y` or `n` is text to PyYAML, and true or false to `yaml` in 1.1, also as a key; `no` and `on`
#   are booleans to PyYAML and text to js-yaml and to `yaml` in 1.2; `12:30` is the number 750 in 1.1 alone; `1e-3` is a number to all but PyYAML;
#   `010` is 8 or 10; a date is a date object, a timestamp or text.
# Why it matters: `y` is what half of the tables in machine learning call their label. A tool that reads `dataset_info` of a card and writes it again, or compares
#   two cards by their values, renames that column to `true`, loses the language `no`, or sees changes where there is none. Compare the text, not the values.
# Versions: yaml 2.9.1, js-yaml 5.5.0, PyYAML 6.0.3 (newest on 2026-11-30); Node 20.20, Python 3.
# Where it comes from: choosing a library to tell people which keys of a card changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-fund --no-audit --ignore-scripts yaml@2.9.1 js-yaml@5.5.0
python3 -m venv python
python/bin/pip install --quiet --quiet --disable-pip-version-check PyYAML==6.0.3
cat > card.yaml <<'YAML'
- y
- n
- no
- on
- 12:30
- 1e-3
- 010
- 2026-01-02
YAML
python/bin/python -c "
import json, yaml
print(json.dumps([repr(value) for value in yaml.safe_load(open('card.yaml'))]))" > pyyaml.json
cat > compare.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { parse } from 'yaml'

const text = readFileSync('card.yaml', 'utf8')
const show = (value) => (value instanceof Date ? `Date ${value.toISOString()}` : JSON.stringify(value))
const written = text.trim().split('\n').map((line) => line.slice(2))
const columns = [
  ['written', written],
  ['PyYAML', JSON.parse(readFileSync('pyyaml.json', 'utf8'))],
  ['yaml 1.1', parse(text, { version: '1.1' }).map(show)],
  ['yaml 1.2', parse(text).map(show)],
  ['js-yaml', load(text).map(show)],
]
for (const row of [-1, ...written.keys()])
  console.log(columns.map(([name, values]) => String(row < 0 ? name : values[row]).padEnd(32)).join('').trimEnd())
const expected = [
  ["'y'", "'n'", 'False', 'True', '750', "'1e-3'", '8', 'datetime.date(2026, 1, 2)'],
  ['true', 'false', 'false', 'true', '750', '0.001', '8', 'Date 2026-01-02T00:00:00.000Z'],
  ['"y"', '"n"', '"no"', '"on"', '"12:30"', '0.001', '10', '"2026-01-02"'],
  ['"y"', '"n"', '"no"', '"on"', '"12:30"', '0.001', '10', '"2026-01-02"'],
]
const seen = JSON.stringify(columns.slice(1).map(([, values]) => values)) === JSON.stringify(expected)
console.log(seen ? 'as described' : 'not as described any more')
process.exit(seen ? 0 : 1)
JS
node compare.mjs
