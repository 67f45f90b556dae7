/**
 * `npm run test:interleavings`: all orders with few switches of those who meet, and many orders at random, then how many there were.
 * `--shard 2/4` takes the second of four shares of the meetings, `--seed 5` draws other orders at random.
 */
import { runCounted } from '../counted.ts'

const usage = 'npm run test:interleavings -- [--shard 2/4] [--seed 5]'
const columns = ['meetings', 'systematic', 'random', 'failed', 'regrouped', 'judged']
runCounted({ mode: 'interleavings', name: 'INTERLEAVINGS', usage }, columns)
