/** Ids as people paste them: from the address bar, from the buttons that say "copy", from READMEs and command lines. */
import { describe, expect, test } from 'vitest'
import { parseGithubId, parseHuggingFaceId } from '../../lib/cli/repository-id.ts'
import { UsageError } from '../../lib/model/errors.ts'
import { formatRepository } from '../../lib/model/repository.ts'
import { parse, refusal } from './parsed-options.ts'

/** Every page of the repository that somebody may have open. */
const pages = [
  '',
  '/',
  '//',
  '.git',
  '/settings',
  '/commits/main',
  '?tab=readme',
  '#usage',
  '/tree/main',
  '/blob/main/a.csv#L1',
]

describe('GitHub', () => {
  test.each([
    'acme/corpus',
    ' acme/corpus\n',
    'acme/corpus/',
    'acme/corpus.git',
    'acme/corpus@main',
    'acme / corpus',
    '"acme/corpus"',
    '`acme/corpus`',
    ...pages.flatMap((page) => [
      `https://github.com/acme/corpus${page}`,
      `github.com/acme/corpus${page}`,
      `HTTP://WWW.GitHub.com/acme/corpus${page}`,
    ]),
    'https://github.com/acme/corpus/issues/12',
    'https://github.com/acme/corpus/pull/3/files',
    'https://raw.githubusercontent.com/acme/corpus/main/README.md',
    'https://raw.githubusercontent.com/acme/corpus/refs/heads/main/README.md',
    'https://api.github.com/repos/acme/corpus',
    'git@github.com:acme/corpus.git',
    'git@github.com:acme/corpus',
    'git@github.com/acme/corpus.git',
    'github.com:acme/corpus.git',
    'git@work:acme/corpus.git',
    'ssh://git@github.com/acme/corpus.git',
    'ssh://git@ssh.github.com:443/acme/corpus.git',
    'git+ssh://git@github.com/acme/corpus.git',
    'git://github.com/acme/corpus.git',
    'git+https://github.com/acme/corpus.git',
    'git clone https://github.com/acme/corpus.git',
    'git clone git@github.com:acme/corpus.git',
    'gh repo clone acme/corpus',
    'git@ssh.github.com:443/acme/corpus.git',
    'https://github.com/acme/corpus.',
    '“acme/corpus”',
    'acme/corpus/settings',
    '<https://github.com/acme/corpus>',
  ])('%j is acme/corpus', (text) => {
    expect(formatRepository(parse(['--github', text]).repositories.github)).toBe('acme/corpus')
  })

  test.each([
    ['Acme-Inc/.github', 'Acme-Inc/.github'],
    ['acme_corp/a.b_c-d', 'acme_corp/a.b_c-d'],
    ['http://ghe.acme.example:8443/acme/corpus/', 'acme/corpus'],
    ['git@ghe.acme.example:acme/corpus.git', 'acme/corpus'],
  ])('%j is %s', (text, name) => {
    expect(parseGithubId(text).repository).toEqual({ side: 'github', type: 'repository', name })
  })

  test.each([
    '',
    '/',
    'corpus',
    'a/b/c',
    'a/',
    '/b',
    'a/..',
    './b',
    'a b/c',
    'a\\b',
    'github.com/acme',
    'https://github.com/acme',
    'https://github.com/orgs/acme/repositories',
    'https://gist.github.com/acme/0123456789',
    'https://user:secret@github.com/acme/corpus',
    'https://secret@github.com/acme/corpus',
    'ftp://github.com/acme/corpus',
    'file:///acme/corpus',
    'hf://',
    'https://github.com/%zz/corpus',
    'https://github.com/%ff/corpus',
  ])('refuses %j', (text) => {
    expect(() => parseGithubId(text)).toThrow(UsageError)
  })
})

describe('Hugging Face', () => {
  test.each([
    'datasets/acme/corpus',
    'dataset/acme/corpus',
    'Datasets/acme/corpus',
    'datasets/acme/corpus/',
    'datasets/acme/corpus.git',
    'datasets/acme/corpus@main',
    'datasets/acme/corpus/tree/main',
    'acme/corpus',
    'Datasets: acme/corpus',
    'Datasets:\n\nacme\n/\ncorpus',
    ...pages.flatMap((page) => [
      `https://huggingface.co/datasets/acme/corpus${page}`,
      `huggingface.co/datasets/acme/corpus${page}`,
      `https://www.huggingface.co/datasets/acme/corpus${page}`,
      `hf.co/datasets/acme/corpus${page}`,
    ]),
    'https://huggingface.co/datasets/acme/corpus/viewer/default/train?p=1',
    'https://huggingface.co/datasets/acme/corpus/discussions/3',
    'https://huggingface.co/datasets/acme/corpus/resolve/main/data/a.csv?download=true',
    'https://huggingface.co/api/datasets/acme/corpus/tree/main',
    'git@hf.co:datasets/acme/corpus',
    'git@hf.co:datasets/acme/corpus.git',
    'ssh://git@hf.co/datasets/acme/corpus',
    'git clone https://huggingface.co/datasets/acme/corpus',
    'hf://datasets/acme/corpus',
    'hf://datasets/acme/corpus@main',
    'hf://datasets/acme/corpus@main/data/train.parquet',
    'hf://datasets/acme/corpus/data/train.parquet',
  ])('%j is datasets/acme/corpus', (text) => {
    expect(formatRepository(parse(['--hf', text]).repositories.huggingface)).toBe('datasets/acme/corpus')
  })

  test.each([
    ['models/acme/m', 'models/acme/m'],
    ['model/acme/m', 'models/acme/m'],
    ['space/acme/s', 'spaces/acme/s'],
    ['Spaces: acme/s', 'spaces/acme/s'],
    ['https://huggingface.co/acme/m', 'models/acme/m'],
    ['https://huggingface.co/acme/m/tree/main', 'models/acme/m'],
    ['huggingface.co/acme/m', 'models/acme/m'],
    ['hf.co/spaces/acme/s/blob/main/app.py', 'spaces/acme/s'],
    ['git@hf.co:acme/m', 'models/acme/m'],
    ['hf://acme/m', 'models/acme/m'],
    ['hf://spaces/acme/s', 'spaces/acme/s'],
    ['http://127.0.0.1:8080/spaces/acme/s', 'spaces/acme/s'],
    ['model/acme', 'datasets/model/acme'],
  ])('%j is %s', (text, id) => {
    expect(formatRepository(parseHuggingFaceId(text, 'dataset').repository)).toBe(id)
  })

  test('a bare id is of the type that --repo-type names', () => {
    expect(formatRepository(parseHuggingFaceId('acme/corpus', 'space').repository)).toBe('spaces/acme/corpus')
  })

  test.each([
    '',
    'corpus',
    'datasets/corpus',
    'datasets/a/b/c',
    'datasets/a/..',
    'a/b c',
    'buckets/acme/b',
    'https://huggingface.co/',
    'https://huggingface.co/datasets',
    'https://huggingface.co/gpt2/tree/main',
    'https://huggingface.co/datasets/squad/blob/main/README.md',
    'https://huggingface.co/collections/acme/corpus-0123',
    'https://bob:secret@huggingface.co/datasets/acme/corpus',
  ])('refuses %j', (text) => {
    expect(() => parseHuggingFaceId(text, 'dataset')).toThrow(UsageError)
  })
})

describe('an address that leads elsewhere is told, with what to type', () => {
  test.each([
    [
      ['--github', 'https://github.com/acme/corpus/tree/dev'],
      'Cannot use the address for --github: it names "dev", and this run mirrors the branch "main". ' +
        'Give the id alone, --github acme/corpus, and the branch as --branch dev',
    ],
    [
      ['--hf', 'hf://datasets/acme/corpus@refs/pr/1'],
      'Cannot use the address for --hf: it names "refs/pr/1", and this run mirrors the branch "main". ' +
        'Give the id alone, --hf datasets/acme/corpus, and the branch as --hf-branch',
    ],
    [
      ['--github', 'https://gitlab.com/acme/corpus'],
      'Cannot use the address for --github: it is on gitlab.com, and this run looks for it on github.com. ' +
        'Give the repository there, such as --github acme/corpus; another server is set by GITHUB_SERVER_URL and GITHUB_API_URL',
    ],
  ] as [string[], string][])('%j', (argv, expected) => {
    expect(refusal(argv)).toBe(expected)
  })

  test.each([
    [['--github', 'https://huggingface.co/datasets/acme/corpus']],
    [['--github', 'hf://datasets/acme/corpus']],
    [['--github', 'datasets/acme/corpus']],
    [['--hf', 'https://github.com/acme/corpus']],
    [['--github', 'https://github.com/acme/corpus/commit/3f2a9c1']],
    [['--github', 'https://acme.github.io/corpus/docs']],
    [['--hf', 'https://acme-corpus.hf.space']],
    [['--branch', 'dev', '--github', 'https://github.com/acme/corpus/tree/main']],
    [['--branch', 'dev', '--hf', 'https://huggingface.co/datasets/acme/corpus/tree/main']],
  ])('%j', (argv) => {
    expect(refusal(argv)).toMatch(/^Cannot (?:use|read)/)
  })

  test.each([
    [['--github', 'https://huggingface.co/datasets/acme/corpus'], /Give it as --hf$/],
    [['--hf', 'git@github.com:acme/corpus.git'], /Give it as --github$/],
  ] as [string[], RegExp][])("%j is the other side's", (argv, says) => {
    expect(refusal(argv)).toMatch(says)
  })

  test('what looks like a name of the other side is said to be one', () => {
    expect(refusal(['--github', 'datasets/acme/corpus'])).toMatch(
      /it looks like one on Hugging Face, which --hf or HF_REPO takes$/,
    )
  })

  test('the branch of the run may be named, with slashes and a path behind it', () => {
    const argv = ['--branch', 'feature/x', '--github', 'https://github.com/acme/corpus/blob/feature/x/data/a.csv']
    expect(
      parse([...argv, '--hf', 'https://huggingface.co/datasets/acme/corpus/tree/feature%2Fx/data']).branches.github,
    ).toBe('feature/x')
  })

  test('addresses of an Enterprise Server and of a mirror of the Hub are those of a run that works there', () => {
    const env = {
      GITHUB_API_URL: 'https://ghe.acme.example/api/v3',
      GITHUB_SERVER_URL: 'https://ghe.acme.example',
      HF_ENDPOINT: 'https://hub.example',
    }
    const argv = ['--github', 'git@ghe.acme.example:acme/corpus.git', '--hf']
    for (const host of ['hub.example', 'huggingface.co'])
      expect(parse([...argv, `https://${host}/datasets/a/b`], env).repositories.huggingface.name).toBe('a/b')
    expect(() => parse(['--github', 'https://github.com/acme/corpus'], env)).toThrow(/it is on github.com/)
  })
})
