// One after the other, since each may start a Docker daemon of its own.
import './compose-checks.js'
import './swarm-checks.js'
