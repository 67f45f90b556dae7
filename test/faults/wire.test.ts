import { describeFaults } from './describe-faults.ts'
import { closePorts, measureOnPorts, wire } from './wire.ts'

closePorts()
describeFaults('wire', wire, measureOnPorts)
