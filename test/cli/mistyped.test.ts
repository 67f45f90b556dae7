/** What was meant by a command line that cannot be read. */
import { expect, test } from 'vitest'
import { help } from '../../lib/cli/help.ts'
import { parseOptions } from '../../lib/cli/options.ts'
import { refusal } from './parsed-options.ts'

const said = (argv: readonly string[]) => refusal(argv, {})

test.each<[argv: string[], says: string]>([
  [['--hlep'], "Unknown option '--hlep'. Did you mean --help?"],
  [['--dryrun'], "Unknown option '--dryrun'. Did you mean --dry-run?"],
  [['--dry_run'], "Unknown option '--dry_run'. Did you mean --dry-run?"],
  [['--DRY-RUN'], "Unknown option '--DRY-RUN'. Did you mean --dry-run?"],
  [['-dry-run'], "Unknown option '-dry-run'. Did you mean --dry-run?"],
  [['--brnach=main'], "Unknown option '--brnach'. Did you mean --branch?"],
  [['--dataset', 'a/b'], "Unknown option '--dataset'. Did you mean --hf?"],
  [['--no-color'], "Unknown option '--no-color'. Did you mean --color never?"],
  [['-x'], "Unknown option '-x'. The short ones are -n, -q, -v and -h."],
  [['--zzz'], "Unknown option '--zzz'."],
  [['status'], "Unexpected argument 'status': init is the only command. For that, use --dry-run."],
  [['sync', '-n'], "Unexpected argument 'sync': init is the only command. Leave it out."],
  [['dry-run'], "Unexpected argument 'dry-run'. Did you mean --dry-run?"],
  [['npx', 'tsx', 'sync.ts', '-n'], `Unexpected argument 'npx'. Give only what follows "npx tsx sync.ts".`],
  [['acme/corpus', 'datasets/acme/corpus'], 'Write --github acme/corpus --hf datasets/acme/corpus instead.'],
  [['datasets/acme/corpus', 'acme/corpus', '-n'], 'Write --github acme/corpus --hf datasets/acme/corpus instead.'],
  [['https://github.com/a/b', 'https://huggingface.co/a/b'], 'Write --github a/b --hf models/a/b instead.'],
  [['acme/corpus', 'acme/corpus'], 'Write --github acme/corpus --hf datasets/acme/corpus instead.'],
  [['datasets/acme/corpus'], 'Write --hf datasets/acme/corpus instead.'],
  [['acme/corpus'], 'Write --github acme/corpus instead.'],
  [
    ['\u2014dry-run'],
    "Unexpected argument '\u2014dry-run'. It begins with another dash than options do: type --dry-run.",
  ],
  [['zzz'], "Unexpected argument 'zzz'."],
  [
    ['--max-delete', '-1'],
    "lacks its value: '-1' begins as an option does. Write --max-delete=-1 if that is the value.",
  ],
  [['--branch', '-x', '-n'], "lacks its value: '-x' begins as an option does. Write --branch=-x if that is the value."],
  [['--take', '--dry-run'], "Option '--take' lacks its value: what follows is the option '--dry-run'."],
  [['-n', '--html'], "Option '--html' lacks its value."],
  [['--diff=yes'], "Option '--diff' takes no value. Write --diff alone."],
])('%j', (argv, says) => {
  expect(said(argv)).toMatch(/^Cannot read the command line: [UO].* See --help$/)
  expect(said(argv)).toContain(`${says} `)
})

test.each([['--token', 'hf_secret'], ['--hf-token=hf_secret'], ['--github-token', 'x'], ['--gh_token=x']])(
  'why there is no %s',
  (...argv) => {
    expect(said(argv)).toMatch(
      /Tokens come from the environment alone: set GITHUB_TOKEN and HF_TOKEN\. What stands in a command line is seen by/,
    )
    expect(said(argv)).not.toContain('hf_secret')
  },
)

test.each(['help', 'version'] as const)('%s is understood as a word, too', (word) => {
  expect(parseOptions([word], {})).toBe(word)
})

test('--help fits 80 columns and begins with three examples', () => {
  expect(help.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(help.slice(0, 700).match(/npx tsx sync\.ts (?:--|…)/g)).toHaveLength(3)
})
