import { describeFaults } from './describe-faults.ts'
import { objects } from './objects.ts'

describeFaults('objects', objects)
