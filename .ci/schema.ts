/** Writes the schema of a file of pairs, by which editors complete and check it: `npm run schema`. */
import { writeFileSync } from 'node:fs'
import { flags } from '../lib/cli/flags.ts'
import { help } from '../lib/cli/help.ts'
import { pairKeys, pairNamePattern } from '../lib/cli/pair-keys.ts'

/** A number stands for itself, as a branch may be called `2024`. */
const text = { type: ['string', 'number'] }

/** What `--help` says of an option. */
function describe(name: string): string {
  const option = new RegExp(`^ {2}(?:-\\w, )?--${name}(?: <.*?>)?(?: +|\\n)((?: *\\S.*\\n)(?: {20,}.*\\n)*)`, 'm')
  const [, lines] = option.exec(help) ?? []
  if (lines === undefined) throw new Error(`--help has no lines for --${name}`)
  return lines.replaceAll(/\s+/g, ' ').trim()
}

function describeKey(name: keyof typeof pairKeys): object {
  const flag: { readonly type: string; readonly multiple?: boolean } = flags[name]
  const [description, choices] = [describe(name), pairKeys[name]!]
  if (flag.type === 'boolean') return { description, type: 'boolean' }
  if (choices.length > 0) return { description, enum: choices }
  return flag.multiple === true
    ? { description, anyOf: [text, { type: 'array', items: text }] }
    : { description, ...text }
}

/** JSON Schema, draft 7, which editors for YAML know best. */
export function makeSchema(): object {
  const names = (Object.keys(pairKeys) as (keyof typeof pairKeys)[]).filter((name) => pairKeys[name] !== null)
  const properties = Object.fromEntries(names.map((name) => [name, describeKey(name)]))
  const settings = { type: 'object', properties, additionalProperties: false }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Pairs of repositories that hubmirror keeps equal',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      defaults: { description: 'What all pairs share', ...settings },
      pairs: {
        description: 'By name',
        type: 'object',
        minProperties: 1,
        propertyNames: { pattern: pairNamePattern },
        additionalProperties: { $ref: '#/definitions/pair' },
      },
    },
    required: ['pairs'],
    additionalProperties: false,
    definitions: { pair: settings },
  }
}

/** The text of `.github/hubmirror.schema.json`. */
export const formatSchema = () => `${JSON.stringify(makeSchema(), null, 2)}\n`

if (process.argv[1] === import.meta.filename)
  writeFileSync(new URL('../.github/hubmirror.schema.json', import.meta.url), formatSchema())
