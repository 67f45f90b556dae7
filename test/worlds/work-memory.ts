import { decisionWorlds, memoryWorlds } from './memory-worlds.ts'
import { work } from './work.ts'

await work([decisionWorlds, memoryWorlds], process.argv.slice(2))
