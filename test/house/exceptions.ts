/** What may break a rule, and why. An entry that excuses nothing is a failure itself. */
export const exceptions: { readonly rule: string; readonly path: string; readonly reason: string }[] = [
  {
    rule: 'pure rooms are pure',
    path: 'lib/model/remote.ts',
    reason: 'the contract: it names promises and runs nothing',
  },
  { rule: 'pure rooms are pure', path: 'lib/model/tags.ts', reason: 'a part of the contract' },
  { rule: 'pure rooms are pure', path: 'lib/model/upload.ts', reason: 'a part of the contract, as above' },
  {
    rule: 'pure rooms are pure',
    path: 'lib/model/sides.ts',
    reason: 'awaitSides: both sides at once is what a Sides<T> is for',
  },
  {
    rule: 'only sync.ts says process or console',
    path: 'lib/http/node-client.ts',
    reason: "process.getBuiltinModule: to import node's client makes newer ones load all of fetch with it",
  },
  { rule: 'the core names no side', path: 'lib/model/sides.ts', reason: 'here both sides get their names' },
  {
    rule: 'the core names no side',
    path: 'lib/model/repository.ts',
    reason: 'reads names and links of repositories, which tell of which service they are',
  },
  {
    rule: 'the core names no side',
    path: 'lib/facts/features.ts',
    reason: 'a key in the metadata of Parquet files has that name',
  },
  {
    rule: 'messages name flags and variables that exist',
    path: 'lib/cli/heap.ts',
    reason: 'a flag of V8, which is set and never told',
  },
  {
    rule: 'messages name flags and variables that exist',
    path: 'lib/http/young-garbage.ts',
    reason: 'flags of V8, which are set and never told',
  },
  {
    rule: 'messages name flags and variables that exist',
    path: 'lib/page/style.ts',
    reason: 'variables of CSS, which begin as flags do',
  },
  ...['chunker', 'hashes', 'answer', 'assembly', 'known-chunks', 'shard'].map((name) => ({
    rule: 'what is exported is used',
    path: `lib/xet/${name}.ts`,
    reason: 'the room is finished before the uploads that use it',
  })),
]
