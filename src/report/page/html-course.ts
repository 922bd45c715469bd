import type { Course } from '../../figures/course.js'
import { downSample } from '../../figures/down-sample.js'
import { html, type Markup } from '../../markup/html-escape.js'
import * as format from '../../words/format.js'
import { courseCharts } from '../charts/course-charts.js'
import { courseSvg } from '../charts/course-svg.js'

/** How much of each course a page has room for. */
export interface CourseLimits {
  readonly points: number
  readonly panels: number
}

/** Of all courses of a page together, and of a line or a course at least: many cells share the room of a page. */
const [MOST_POINTS, FEWEST_POINTS] = [90_000, 24]
const [MOST_PANELS, FEWEST_PANELS] = [1_600, 4]

export function courseLimits(courses: readonly Course[]): CourseLimits {
  const panels = Math.max(FEWEST_PANELS, Math.floor(MOST_PANELS / Math.max(1, courses.length)))
  const lines = courses.reduce(
    (sum, course) =>
      sum + course.panels.slice(0, panels).reduce((some, panel) => some + panel.lines.length, 4),
    0,
  )
  return { points: Math.max(FEWEST_POINTS, Math.floor(MOST_POINTS / Math.max(1, lines))), panels }
}

/** How a phase went, client and server below each other on one time axis. */
export function courseFigure(course: Course, limits: CourseLimits): Markup {
  const all = courseCharts(course)
  if (all.length === 0) return html``
  const charts = all.slice(0, limits.panels).map((chart) => ({
    ...chart,
    lines: chart.lines.map((line) => ({ ...line, points: downSample(line.points, limits.points) })),
  }))
  const name = course.phase === 'capacity' ? 'Capacity phase (closed loop)' : 'Latency phase (open loop)'
  const more = all.slice(limits.panels).map(({ title }) => title)
  const left = course.panels.flatMap(({ left, title }) => (left > 0 ? [`${left} more of ${title}`] : []))
  const hidden = [...left, ...more]
  const note =
    hidden.length === 0
      ? null
      : html`<p class="hint">Not drawn: ${hidden.join('; ')}.${more.length === 0 ? null : ' A report of fewer cells has them: rungs report RUN.'}</p>`
  return html`<h3>${name}, repeat ${course.repeat}</h3><figure class="scroll" tabindex="0" role="group" aria-label="${name}">${courseSvg(charts, `${name}: ${format.list(charts.map(({ title }) => title))}`)}</figure>${note}`
}
