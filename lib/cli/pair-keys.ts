/** What may stand in a file of pairs: the long names of options. The schema for editors is made of this. */
import { sides } from '../model/sides.ts'
import type { flags } from './flags.ts'

/** A pair's name is a part of file names and of workflows. */
export const pairNamePattern = '^\\w[\\w.-]*$'

/** An option that is said for one run at a time, or how a command tells what it did. */
const forOneCommand = null
/** An option whose values are not a few words. */
const anyValue: readonly string[] = []

/** Each option has a row here, with its only values; null where a file may not say it. */
export const pairKeys: Readonly<Record<keyof typeof flags, readonly string[] | null>> = {
  'github': anyValue,
  'hf': anyValue,
  'repo-type': ['dataset', 'model', 'space'],
  'branch': anyValue,
  'hf-branch': anyValue,
  'tags': anyValue,
  'subdirectory': anyValue,
  'map': anyValue,
  'include': anyValue,
  'exclude': anyValue,
  'front-matter': ['both', 'huggingface'],
  'dot-github': anyValue,
  'lfs': ['both', 'huggingface'],
  'store': ['size', 'hub'],
  'to': sides,
  'pull-request': [...sides, 'both'],
  'allow-overwrite': anyValue,
  'prefer': anyValue,
  'keep-both': anyValue,
  'squash': anyValue,
  'history-max': anyValue,
  'allow-delete': anyValue,
  'max-delete': anyValue,
  'allow-public': anyValue,
  'no-inspect': anyValue,
  'conflict-issue': anyValue,
  'max-wait': forOneCommand,
  'create': forOneCommand,
  'public': forOneCommand,
  'sdk': forOneCommand,
  'init': forOneCommand,
  'undo': forOneCommand,
  'redo': forOneCommand,
  'take': forOneCommand,
  'ask': forOneCommand,
  'dry-run': forOneCommand,
  'check': forOneCommand,
  'verify': forOneCommand,
  'shards': forOneCommand,
  'shard': forOneCommand,
  'json': forOneCommand,
  'html': forOneCommand,
  'badge': forOneCommand,
  'badge-branch': forOneCommand,
  'diff': forOneCommand,
  'detailed-exitcode': forOneCommand,
  'color': forOneCommand,
  'quiet': forOneCommand,
  'log': forOneCommand,
  'verbose': forOneCommand,
  'config': forOneCommand,
  'pair': forOneCommand,
  'help': forOneCommand,
  'version': forOneCommand,
}
