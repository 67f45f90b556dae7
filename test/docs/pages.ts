/** The pages whose commands and blocks are checked. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Their paths from the root: what people read who use the tool, or work on it. */
export function listPages(): string[] {
  const inFolder = (folder: string) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.md'))
          .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
          .toSorted()
      : []
  return [
    'README.md',
    'lib/README.md',
    'test/README.md',
    ...['CONTRIBUTING.md', 'CHANGELOG.md', 'design.md', 'messages.md'].map((name) => `.github/${name}`),
    ...['.github/docs', '.github/examples', '.github/decisions'].flatMap(inFolder),
  ]
}

export const readPage = (path: string) => readFileSync(join(root, path), 'utf8')

/** The names of what `npm run` runs. */
export const readScripts = () => new Set(Object.keys(JSON.parse(readPage('package.json')).scripts))
