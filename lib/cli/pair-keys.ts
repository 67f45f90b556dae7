/** What may stand in a file of pairs: the long names of options. The schema for editors is made of this. */
import type { flags } from './flags.ts'

type Name = keyof typeof flags

/** `say`: what it is, for editors. `choices`: the only values. `alike`: it may be written as a number, too. */
export interface Key {
  readonly say: string
  readonly choices?: readonly string[]
  readonly alike?: 'number'
}

/** An option that is said for one run at a time, or how a command tells what it did. */
const forOneCommand = null

/** A pair's name is a part of file names and of workflows. */
export const pairNamePattern = '^\\w[\\w.-]*$'

const sidesOnly = ['github', 'huggingface']

/** Each option has a row here; null where a file may not say it. */
export const pairKeys: Readonly<Record<Name, Key | null>> = {
  'github': { say: 'The GitHub repository, owner/name' },
  'hf': { say: 'The Hugging Face repository: datasets/owner/name, models/owner/name or spaces/owner/name' },
  'repo-type': { say: 'What an id without a type is', choices: ['dataset', 'model', 'space'] },
  'branch': { say: "Branches, each a run of its own; GitHub's=Hugging Face's where the names differ" },
  'hf-branch': { say: "Hugging Face's branch, where only one is mirrored" },
  'tags': { say: 'Mirror tags, too' },
  'subdirectory': { say: "The folder of the GitHub repository that is the Hub's root" },
  'map': { say: "GitHub's path=Hugging Face's path, for a file or a folder with another name there" },
  'include': { say: 'What alone is mirrored, patterns as in .gitignore' },
  'exclude': { say: 'What is not mirrored, patterns as in .gitignore' },
  'front-matter': { say: "Where a card's front matter stands", choices: ['both', 'huggingface'] },
  'dot-github': { say: 'Mirror .github, too; its workflows never' },
  'lfs': { say: 'Where LFS objects are', choices: ['both', 'huggingface'] },
  'store': {
    say: 'What becomes an LFS object on GitHub without a rule: what is large, or what is one on the Hub',
    choices: ['size', 'hub'],
  },
  'to': { say: 'The only side that is written', choices: sidesOnly },
  'allow-overwrite': { say: 'With `to`: what changed there alone is overwritten' },
  'prefer': { say: 'Whose version settles a conflict: github, huggingface or newer, with <glob>= before it for some' },
  'keep-both': { say: 'Store the version that is not taken beside the other one' },
  'squash': { say: 'One copy for each run instead of one for each commit' },
  'history-max': { say: 'Commits of a side that are searched for the last common one', alike: 'number' },
  'allow-delete': { say: 'Mirror deletions that the brakes would stop' },
  'max-delete': { say: 'A run that would delete more is refused: files, or percent such as 10%', alike: 'number' },
  'allow-public': { say: 'What is private or gated on one side may go to the public other one' },
  'no-inspect': { say: 'Do not look into data files for the plan' },
  'create': forOneCommand,
  'public': forOneCommand,
  'sdk': forOneCommand,
  'init': forOneCommand,
  'take': forOneCommand,
  'ask': forOneCommand,
  'dry-run': forOneCommand,
  'check': forOneCommand,
  'verify': forOneCommand,
  'json': forOneCommand,
  'html': forOneCommand,
  'diff': forOneCommand,
  'detailed-exitcode': forOneCommand,
  'color': forOneCommand,
  'quiet': forOneCommand,
  'verbose': forOneCommand,
  'config': forOneCommand,
  'pair': forOneCommand,
  'help': forOneCommand,
  'version': forOneCommand,
}
