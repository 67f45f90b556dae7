import { readdirSync, readFileSync } from 'node:fs'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** `VITEST_REPORT` names a file for the report that `.ci/run` reads. */
const report = process.env.VITEST_REPORT

/** Files that draw their cases at random: all of them import `test/random.ts`. */
const listRandom = () =>
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name}`)
    .filter((path) => path.endsWith('.test.ts') && readFileSync(path, 'utf8').includes("'../random.ts'"))

/**
 * `npm run test:random`: others than usual, many more, however long it takes. A seed that was given, or a number of
 * times, stands.
 */
const long = (): ViteUserConfig['test'] => {
  const env = { RANDOM_SEED: String(Date.now() % 2 ** 31), RANDOM_RUNS: '20', ...process.env }
  process.stdout.write(`RANDOM_SEED=${env.RANDOM_SEED} RANDOM_RUNS=${env.RANDOM_RUNS}\n`)
  return {
    include: listRandom(),
    testTimeout: 3_600_000,
    env: { RANDOM_SEED: env.RANDOM_SEED, RANDOM_RUNS: env.RANDOM_RUNS },
  }
}

/** `npm run test:faults` and `npm run test:interleavings`: all of them, however long it takes. */
const allOf = (folder: string): ViteUserConfig['test'] => ({
  include: [`test/${folder}/*.test.ts`],
  testTimeout: 3_600_000,
})

/**
 * Where no times of an earlier run are known, vitest begins with the largest files. Those of `test/faults` have four lines and
 * take longest: as the last ones they would leave a core idle.
 */
class FaultsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isFaults = ({ moduleId }: TestSpecification) => moduleId.includes('/test/faults/')
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's
    const sorted = await super.sort(files)
    return [...sorted.filter(isFaults), ...sorted.filter((one) => !isFaults(one))]
  }
}

export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/scratch.ts',
    // Files share what they import: a third of the suite's time went into loading the same modules 190 times.
    isolate: false,
    // By default one core of two would stand idle.
    maxWorkers: '100%',
    sequence: { sequencer: FaultsFirst },
    // Most of what a test makes is soon garbage: with more room for it, a sixteenth of the suite's time is saved.
    execArgv: ['--min-semi-space-size=32', '--max-semi-space-size=64'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: report ? ['default', 'json'] : ['default'],
    ...(report && { outputFile: { json: report } }),
    ...(mode === 'random' && long()),
    ...(['faults', 'interleavings'].includes(mode) && allOf(mode)),
    ...(process.env.FAULTS_PAIRS && { include: ['test/faults/pairs.test.ts'] }),
  },
}))
