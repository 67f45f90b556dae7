import { describeFaults } from './describe-faults.ts'
import { services } from './services.ts'

describeFaults('services', services)
