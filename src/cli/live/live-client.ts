/**
 * The script of the live page. It draws four charts over the last three minutes at most; all text goes in by `textContent`, so
 * that no name becomes markup. `window.live` is for tests.
 */
export const LIVE_CLIENT = `'use strict'
const LONGEST = 180, SHORTEST = 30, WIDTH = 420, HEIGHT = 150, LEFT = 52, BOTTOM = 18, CLASSES = ['a', 'b', 'c', 'd']
const SVG = 'http://www.w3.org/2000/svg'
const byId = (id) => document.getElementById(id)
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const points = []
let times = 'service time', ended = false

const charts = [
  { id: 'throughput', title: 'Throughput', unit: '/s', of: (p) => p.perSecond === undefined ? {} : { 'good answers': p.perSecond } },
  { id: 'times', title: 'Percentiles of each second', unit: 'ms', of: (p) => p.p99 === undefined ? {} : { p50: p.p50, p95: p.p95, p99: p.p99 } },
  { id: 'errors', title: 'Errors', unit: '/s', of: (p) => p.errorsPerSecond === undefined ? {} : { errors: p.errorsPerSecond } },
  { id: 'cpu', title: 'CPU of the service', unit: 'cores', of: (p) => p.cpu || {} },
].map((chart) => ({ ...chart, ...frame(chart) }))

function element(name, attributes, parent, text) {
  const made = document.createElementNS(SVG, name)
  for (const key in attributes) made.setAttribute(key, attributes[key])
  if (text !== undefined) made.textContent = text
  parent.append(made)
  return made
}

function frame({ id, title, unit }) {
  const figure = document.createElement('figure')
  const head = document.createElement('h2')
  const now = document.createElement('p')
  head.textContent = title + ', ' + unit
  now.className = 'now'
  const svg = element('svg', { viewBox: '0 0 ' + WIDTH + ' ' + HEIGHT, role: 'img', id }, figure)
  figure.prepend(head, now)
  byId('charts').append(figure)
  return { now, svg }
}

function ceiling(value) {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return power * [1, 2, 2.5, 5, 10].find((step) => step * power >= value * 0.999)
}

function draw(chart) {
  const to = points.length ? points[points.length - 1].at : 0
  const span = Math.min(LONGEST, Math.max(SHORTEST, points.length ? to - points[0].at : 0))
  const from = to - span
  const series = new Map()
  for (const point of points) {
    if (point.at < from) continue
    const values = chart.of(point)
    for (const name in values) {
      if (!series.has(name)) series.set(name, [])
      series.get(name).push([point.at, values[name]])
    }
  }
  const shown = [...series].slice(0, CLASSES.length)
  const top = ceiling(Math.max(0, ...shown.flatMap(([, values]) => values.map(([, y]) => y))))
  const x = (at) => LEFT + (at - from) / span * (WIDTH - LEFT - 4)
  const y = (value) => 8 + (1 - value / top) * (HEIGHT - BOTTOM - 8)
  chart.svg.replaceChildren()
  for (const share of [0, 0.5, 1]) {
    element('line', { class: 'grid', x1: LEFT, x2: WIDTH, y1: y(top * share), y2: y(top * share) }, chart.svg)
    element('text', { x: LEFT - 6, y: y(top * share) + 4, 'text-anchor': 'end' }, chart.svg, short.format(top * share))
  }
  for (const back of [Math.round(span * 2 / 3), Math.round(span / 3), 0]) {
    element('text', { x: x(to - back), y: HEIGHT - 4, 'text-anchor': back ? 'middle' : 'end' }, chart.svg, back ? '−' + back + ' s' : 'now')
  }
  shown.forEach(([, values], index) => {
    let path = '', last = null
    for (const [at, value] of values) {
      // Between two phases nothing is measured: the line has a gap there.
      path += (last === null || at - last > 2.5 ? 'M' : 'L') + x(at).toFixed(1) + ' ' + y(value).toFixed(1)
      last = at
    }
    element('path', { class: 'line ' + CLASSES[index], d: path }, chart.svg)
  })
  const texts = shown.map(([name, values]) => name + ' ' + short.format(values[values.length - 1][1]))
  const keys = texts.map((text, index) => {
    const key = document.createElement('span')
    key.className = 'key ' + CLASSES[index]
    key.textContent = text
    return key
  })
  const none = chart.id === 'cpu' && points.length ? ['not known: rungs did not start it'] : []
  chart.now.replaceChildren(chart.id === 'times' && texts.length ? times + ' ' : '', ...(keys.length ? keys : none))
  chart.svg.setAttribute('aria-label', chart.title + ' in ' + chart.unit + (texts.length ? ', now ' + texts.join(', ') : ', nothing yet'))
}

function timeText(seconds) {
  return seconds < 90 ? Math.ceil(seconds) + ' s' : Math.round(seconds / 60) + ' min'
}

const heard = {
  status({ status }) {
    times = status.times
    byId('cell').textContent = status.cell
    document.title = status.cell
    byId('phase').textContent = status.phase + (status.secondsLeft === null ? '' : ', about ' + timeText(status.secondsLeft) + ' left of the run')
    if (status.progress === null) byId('progress').removeAttribute('value')
    else byId('progress').value = status.progress
    const busy = status.generatorBusy
    byId('generator').textContent = busy === null ? '' : 'load generator ' + Math.round(100 * busy) + ' % busy' +
      (status.generatorLateMs === null ? '' : ', itself late by ' + short.format(status.generatorLateMs) + ' ms (p99)')
    byId('generator').className = busy > 0.9 ? 'warn' : 'soft'
    byId('faults').textContent = status.faults.join('; ')
  },
  point({ point }) {
    points.push(point)
    while (points.length > 2000) points.shift()
    scheduleDraw()
  },
  cell({ cell }) {
    const row = byId('cells').insertRow()
    row.insertCell().textContent = cell.cell
    const text = row.insertCell()
    text.textContent = cell.text
    if (!cell.valid) text.className = 'warn'
  },
  end({ text }) {
    ended = true
    source.close()
    byId('state').textContent = text
    byId('progress').value = 1
  },
}

let scheduled = false
function scheduleDraw() {
  if (scheduled) return
  scheduled = true
  requestAnimationFrame(() => {
    scheduled = false
    charts.forEach(draw)
  })
}

const source = new EventSource('/events')
source.onmessage = ({ data }) => {
  const message = JSON.parse(data)
  heard[message.type](message)
}
source.onopen = () => {
  // After a break everything is told anew.
  points.length = 0
  byId('cells').replaceChildren()
  byId('state').textContent = ''
}
source.onerror = () => {
  if (!ended) byId('state').textContent = 'rungs does not answer: the run has ended, or was stopped.'
}
window.live = { points, charts }
`
