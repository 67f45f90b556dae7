/** The same runs where a service answers otherwise than usual. */
import type { PairOptions } from '../hubs/pair.ts'
import { pictures } from '../run/mirror-setup.ts'
import { begin, edits } from '../run/moved-world.ts'
import { several } from './mirroring.ts'
import { commits, mirrored, unmirrored, type Scenario } from './scenario.ts'

const moved = commits({ github: [edits.github], huggingface: [edits.huggingface] })
const under = (name: string, options: PairOptions): Scenario => ({
  name: `both moved, ${name}`,
  begin: mirrored(begin, [], options),
  change: moved,
})

export const services: readonly Scenario[] = [
  under('with updateRefs forbidden', { github: { switches: { updateRefs: 'forbidden' } } }),
  under('with no comparison on either side', {
    github: { switches: { compareStatus: 404 } },
    huggingface: { switches: { compareStatus: 404 } },
  }),
  under('with comparisons of the Hub without an ETag', { huggingface: { switches: { compareTags: false } } }),
  under('with names quoted as git does', { huggingface: { switches: { compareQuoting: 'git' } } }),
  under('with private repositories', { github: { private: true }, huggingface: { private: true } }),
  under('with a Hub that keeps no commit that nobody reaches', {
    huggingface: { switches: { readsUnreachable: false } },
  }),
  {
    name: 'many texts that may not be fetched together',
    begin: mirrored(begin, [], { github: { switches: { fetches: 403 } }, huggingface: { switches: { fetches: 403 } } }),
    change: commits({ github: [several(22)], huggingface: [several(22, 100)] }),
  },
  {
    name: 'a first run to GitHub, with pictures, where nothing may be pushed',
    begin: unmirrored(
      { huggingface: { 'README.md': '# Corpus\n', ...pictures(4) } },
      { github: { switches: { pushes: 403 } } },
    ),
  },
  {
    name: "a workflow's limits",
    begin: mirrored(begin, [], {
      github: {
        switches: { limits: { core: 1_000, graphql: 1_000, lfs: 3_000 }, contentWrites: { minute: 80, hour: 500 } },
      },
    }),
    change: commits({ huggingface: [several(30), { 'b.txt': 'B\n' }] }),
  },
]
