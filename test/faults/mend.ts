/** The end that needs a person, who was told so, and what that person then does. */
import type { Pair } from '../hubs/pair.ts'
import { act, contents, text } from '../run/mirror-setup.ts'
import type { Ended, Measured } from './measured.ts'

const rulesPath = '.gitattributes'

/**
 * A commit of the Hub's that holds other bytes needs a person, who is told so: then one run makes the Hub equal. Each side's
 * rules are its own, which this run leaves, too: where `told` says that they are wrong, the person puts them right.
 */
export async function mend(
  { scenario, end }: Measured,
  pair: Pair,
  told: string,
  complain: (...what: string[]) => Ended,
): Promise<Ended> {
  const hasWrongRules = told.includes(`change ${rulesPath} on Hugging Face by hand`)
  const argv = scenario.mend ?? (scenario.argv ? null : ['--init', 'github', '--allow-delete'])
  if (hasWrongRules)
    act(pair, 'huggingface', { [rulesPath]: text(end, 'huggingface', rulesPath) ?? null }, 'Put rules right')
  const runs = [...(hasWrongRules ? [scenario.argv ?? []] : []), ...(argv === null ? [] : [argv])]
  for (const each of runs) {
    const { exitCode, out, err } = await pair.run(...each)
    if (exitCode !== 0) return complain(`not mended: ${exitCode}`, out, err, explain(pair))
  }
  const held = (one: Pair) => JSON.stringify(contents(one, 'huggingface')) + text(one, 'huggingface', rulesPath)
  if (argv !== null && held(pair) !== held(end)) return complain('not mended', explain(pair), held(pair), held(end))
  return { wrong: null, regrouped: argv !== null }
}

/** Both histories, for whoever reads a failure. */
export function explain(pair: Pair): string {
  const log = (store: Pair['github']['store'], head: string | null) =>
    head === null
      ? []
      : store
          .readLog(head)
          .slice(0, 8)
          .map(
            (oid) =>
              `${oid.slice(0, 8)} ${JSON.stringify(store.readCommit(oid).message)} ${store.readCommit(oid).tree.slice(0, 6)}`,
          )
  return [
    'github',
    ...log(pair.github.store, pair.github.head('main')),
    'huggingface',
    ...log(pair.huggingface.git, pair.huggingface.head('main')),
  ].join('\n')
}
