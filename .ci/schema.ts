/** Writes the schema of a file of pairs, by which editors complete and check it: `npm run schema`. */
import { writeFileSync } from 'node:fs'
import { flags } from '../lib/cli/flags.ts'
import { pairKeys, pairNamePattern } from '../lib/cli/pair-keys.ts'

const text = { type: 'string' }

function describeKey(name: keyof typeof pairKeys): object {
  const flag: { readonly type: string; readonly multiple?: boolean } = flags[name]
  const { say: description, choices, alike } = pairKeys[name]!
  if (flag.type === 'boolean') return { description, type: 'boolean' }
  if (choices) return { description, enum: choices }
  if (alike === 'number') return { description, type: ['string', 'integer'] }
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
      $schema: text,
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
