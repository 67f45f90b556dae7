/** Options as the command reads them, with two repositories that have names. */
import { MistypedError } from '../../lib/cli/flags.ts'
import { explainMistyped } from '../../lib/cli/mistyped.ts'
import { parseOptions, type Environment, type Options } from '../../lib/cli/options.ts'
import { UsageError } from '../../lib/model/errors.ts'

export const named: Environment = { GITHUB_REPOSITORY: 'acme/corpus', HF_REPO: 'datasets/acme/corpus' }

/** The options of each run. */
export function parseAll(argv: readonly string[], env: Environment = {}): readonly Options[] {
  const options = parseOptions(argv, { ...named, ...env })
  if (typeof options === 'string') throw new Error(`it is ${options}`)
  return options
}

/** The options of the only run. */
export function parse(argv: readonly string[], env: Environment = {}): Options {
  const [options, ...more] = parseAll(argv, env)
  if (options === undefined || more.length > 0) throw new Error(`it is ${more.length + 1} runs`)
  return options
}

/** The message of the `UsageError` (exit code 64) that the arguments end in. */
export function refusal(argv: readonly string[], env: Environment = named): string {
  try {
    parseOptions(argv, env)
  } catch (error) {
    if (error instanceof MistypedError) return explainMistyped(argv, error).message
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error(`${argv.join(' ')} was accepted`)
}
