/** The questions to the live services, put to the fakes under both settings of each: what they answer sets the fakes so. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sides, type Sides } from '../../lib/model/sides.ts'
import { openConnections } from '../contract/connection.ts'
import { answeredSwitches, formatAnswers, parseAnswers, readAnswers, readBelieved } from '../hubs/answers.ts'
import { protections } from '../hubs/github-switches.ts'
import { startPair, tokens } from '../hubs/pair.ts'
import { questions } from '../hubs/questions.ts'
import { Answered, askAll, probes } from './answers.ts'
import { openScene } from './ask.ts'

type Settings = Sides<Readonly<Record<string, unknown>>>

/** Large things are a hundredth as large here. */
const scale = 100
const soon = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve)
  })

/** What the services answer whose switches are set so: the file, and what it sets. */
async function askServices(settings: Settings, env: Record<string, string> = {}) {
  const pair = startPair()
  pair.github.commit('main', { files: { 'README.md': '# Scratch\n' }, message: 'Begin' })
  pair.github.commit('ruled', { files: { 'README.md': '# Ruled\n' }, message: 'Begin' })
  pair.github.switches.protectedBranches.set('ruled', protections.rules)
  for (const side of sides) Object.assign(pair[side].switches, settings[side])
  const given = {
    ...pair.env,
    LIVE_HF_READ_TOKEN: tokens.huggingfaceRead,
    LIVE_GITHUB_RULED_BRANCH: 'ruled',
    LIVE_SCALE: `${scale}`,
    ...env,
  }
  const connections = openConnections(given, 'contract', { ...pair.network, sleep: soon })
  const answered = new Answered(Object.values(tokens))
  await askAll(openScene(given, connections, pair.network.fetch!), answered)
  const file = answered.formatFile('2026-11-30')
  const answers = parseAnswers(file, 'the file')
  const set = { github: answeredSwitches('github', answers), huggingface: answeredSwitches('huggingface', answers) }
  const seen = Object.fromEntries(
    questions.map(({ side, name }) => [`${side} ${name}`, pair[side].switches[name as 'stores'] as unknown]),
  )
  return { file, set, seen, table: answered.formatTable(), pair }
}

const flatten = (settings: Settings) =>
  Object.fromEntries(
    sides.flatMap((side) => Object.entries(settings[side]).map(([name, value]) => [`${side} ${name}`, value])),
  )

const scaled = { github: { blobMax: Math.floor((60 * 1_048_576) / scale) }, huggingface: {} }
/** All otherwise than believed. */
const others: Settings = {
  github: {
    refConflictType: 'STALE_DATA',
    hidesRules: true,
    queryObjectsMax: 50,
    queryOverload: 502,
    refusesDanglingPointers: true,
    allowsWorkflows: false,
    listingSha: 'tree',
    blobMax: Math.floor((39 * 1_048_576) / scale),
    tellsUnnamed: false,
    lfsBatchMax: 100,
    lfsAnonymous: false,
    lfsPresentAfter: 'upload',
  },
  huggingface: {
    compareLinesMax: 120,
    compareQuoting: 'git',
    compareTags: false,
    compareRenames: 'tab',
    readsUnreachable: false,
    keepsModes: false,
    commitsPerHour: 60,
    commitRetryAfter: 151,
    pathsInfoMax: 1_000,
    preuploadMax: 256,
    preuploadNeedsWrite: false,
    batchLimit: 100,
    plainBinaryMax: 1_000,
    binaryCheck: 'whole',
    refusesPlainUnderRule: true,
    multipartThreshold: 20_000_000,
    partByteLength: 8_000_000,
    uploadSeconds: 3_600,
    signs: 's3',
  },
}
/** What cannot be seen beside what stands above. */
const closed: Settings = {
  github: { ...scaled.github, updateRefs: 'forbidden' },
  huggingface: { compareRenames: 'space', commitsPerHour: null },
}

describe('the questions to the live services', () => {
  it.each<[what: string, settings: Settings, notSeen: string[], env: Record<string, string>]>([
    ['as they are believed to be', scaled, [], {}],
    ['in their other way', others, [], {}],
    [
      'that are closed to a token',
      closed,
      ['github refConflictType', 'github hidesRules', 'huggingface commitRetryAfter'],
      { LIVE_COMMITS_MAX: '20' },
    ],
  ])('put to services %s, set the fakes to what these are', async (_, settings, notSeen, env) => {
    const { file, set, seen, table, pair } = await askServices(settings, env)
    const expected = Object.fromEntries(Object.entries(seen).filter(([name]) => !notSeen.includes(name)))
    expect(flatten(set), table).toEqual(expected)
    for (const token of Object.values(tokens)) expect(file + table).not.toContain(token)
    expect([...pair.github.refs.keys()]).toEqual(['refs/heads/main', 'refs/heads/ruled'])
    expect([...pair.huggingface.repository.branches.keys()]).toEqual(['main'])
  })

  it('are asked under at least two settings each', () => {
    const believed = flatten({ github: answeredSwitches('github'), huggingface: answeredSwitches('huggingface') })
    const all = [believed, flatten(others), flatten(closed)]
    for (const { side, name } of questions)
      expect(
        new Set(all.flatMap((one) => (`${side} ${name}` in one ? [one[`${side} ${name}`]] : []))).size,
        name,
      ).toBeGreaterThan(1)
  })

  it('are those that some probe answers, and have a belief each', () => {
    const asked = sides.flatMap((side) =>
      probes[side].flatMap(({ answers }) => answers.map((name) => `${side} ${name}`)),
    )
    const named = questions.map(({ side, name }) => `${side} ${name}`)
    expect(asked.toSorted()).toEqual(named.toSorted())
    expect(Object.keys(flatten(readBelieved())).toSorted()).toEqual(named.toSorted())
  })
})

describe('a file of answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'answers-'))
  const path = join(folder, 'answers.json')
  const write = (text: string) => writeFileSync(path, text)
  const one = { value: false, known: 'seen', seen: 'from 100755 to 100644' } as const

  it('is laid above what is believed', () => {
    write(formatAnswers({ github: {}, huggingface: { keepsModes: one } }, '2026-11-30'))
    const answers = readAnswers(path)
    expect(answeredSwitches('huggingface', answers)).toEqual({
      ...answeredSwitches('huggingface', readBelieved()),
      keepsModes: false,
    })
    expect(answers.github).toEqual(readBelieved().github)
    rmSync(folder, { recursive: true })
  })

  it.each([
    ['another form', { form: 2, answers: {} }, 'holds no answers of form 1'],
    ['no answers of a side', { form: 1, answers: { github: {} } }, 'has no answers of "huggingface"'],
    [
      'what is not asked',
      { form: 1, answers: { github: { limits: one }, huggingface: {} } },
      'is not asked of github: "limits"',
    ],
    [
      'a value that cannot be',
      { form: 1, answers: { github: { updateRefs: one }, huggingface: {} } },
      'no possible answer to "updateRefs"',
    ],
    [
      'an answer of nobody',
      { form: 1, answers: { github: {}, huggingface: { keepsModes: { ...one, known: 'guessed' } } } },
      'no possible answer to "keepsModes"',
    ],
  ])('is refused with %s', (_, file, words) => {
    expect(() => parseAnswers(JSON.stringify(file), 'mine.json')).toThrow(words)
  })
})
