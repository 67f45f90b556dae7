import { hubWorlds } from './hub-worlds.ts'
import { work } from './work.ts'

await work([hubWorlds], process.argv.slice(2))
