/** Violations of the rules for pages, planted likewise. */
import * as pages from './pages.ts'
import { help } from './planted-texts.ts'
import type { Case } from './planted.ts'

const told = { 'lib/cli/help.ts': help('--json, set HF_TOKEN') }
const said = { 'lib/a.ts': "new UsageError(`Cannot read ${path}: it is ` +\n  'no file')" }

export const pageCases: readonly Case[] = [
  {
    rule: 'pages name options and variables that exist',
    find: pages.pagesNameWhatExists,
    plants: [
      ['README.md names --force, which --help does not', { ...told, 'README.md': '`npx tsx sync.ts --force`' }],
      [
        '.github/docs/a.md names HF_TOKENS, which --help does not',
        { ...told, '.github/docs/a.md': 'export HF_TOKENS=…' },
      ],
    ],
    fine: {
      ...told,
      'README.md':
        '`npm ci --omit=dev && npx tsx sync.ts --json`, unlike `git clone --mirror`; HF_TOKEN, HUBMIRROR_PAIRS',
      '.github/workflows/a.yml': 'if: vars.HUBMIRROR_PAIRS',
      '.github/design.md': '--force',
    },
  },
  {
    rule: 'every option is described on a page',
    find: pages.optionsAreDescribed,
    plants: [
      ['.github/docs/ has no page that describes --json', { ...told, 'README.md': '--json', '.github/docs/a.md': '' }],
    ],
    fine: { ...told, '.github/docs/a.md': 'With `--json` it is data.' },
  },
  {
    rule: 'README leads to every page',
    find: pages.pagesAreListed,
    plants: [
      [
        '.github/docs/b.md is a page that README.md does not lead to',
        { 'README.md': '[a](.github/docs/a.md)', '.github/docs/a.md': '[b](b.md)', '.github/docs/b.md': '' },
      ],
    ],
    fine: { 'README.md': '[a](.github/docs/a.md)', '.github/docs/a.md': '', '.github/design.md': '' },
  },
  {
    rule: 'pages are short',
    find: pages.pagesAreShort,
    plants: [['README.md has 141 lines: make two pages of it', { 'README.md': 'a\n'.repeat(141) }]],
    fine: { '.github/docs/a.md': 'a\n'.repeat(140), '.github/messages.md': 'a\n'.repeat(500) },
  },
  {
    rule: 'what pages quote is said',
    find: pages.pagesQuoteOurWords,
    plants: [
      ['README.md quotes "it is a file": nothing says it', { ...said, 'README.md': 'It says `` it is a file ``.' }],
      [
        '.github/docs/a.md quotes "over its quota": nothing says it',
        { '.github/docs/a.md': '`` over its quota ``', 'test/hubs/a.ts': "'it is over its quota'" },
      ],
    ],
    fine: {
      ...said,
      '.github/docs/a.md': '`` Cannot read …: it is no file `` and `nothing else`',
      '.github/docs/refusals.md': '`` over its quota ``',
      'test/hubs/a.ts': "'it is over its quota'",
    },
  },
]
