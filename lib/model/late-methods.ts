import type { Remote } from './remote.ts'

/** Methods of a remote that a run with nothing to do never calls: their modules are loaded with the first call. */
export const lateMethods = [
  'loadGuesses',
  'containsCommit',
  'readChanges',
  'readIds',
  'countFiles',
  'readEntries',
  'readModes',
  'readContent',
  'readRange',
  'openObject',
  'readObject',
  'locateObjects',
  'readMissing',
  'uploadObjects',
  'readStores',
  'readRefusals',
  'readDiagnosis',
  'checkCreate',
  'createRepository',
  'readVisibility',
  'checkWrite',
  'createBranch',
  'prepare',
] as const satisfies readonly (keyof Remote)[]
