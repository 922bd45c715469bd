import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { Type } from 'typebox'

/** What is left of a request's body when an error is answered is read for so long, in ms. */
const REST_MS = 10_000

/** Every answer that is not a success has this shape. */
export const ErrorBody = Type.Object({
  error: Type.Object({ code: Type.String(), message: Type.String() }),
})

/** An error whose text is meant for the client, whatever its status. */
export class AppError extends Error {
  readonly statusCode: number
  readonly code: string

  constructor(statusCode: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppError'
    this.statusCode = statusCode
    this.code = code
  }
}

export function errorBody(code: string, message: string): { error: { code: string; message: string } } {
  return { error: { code, message } }
}

/** `404` → `not_found`. */
export function codeOfStatus(status: number): string {
  return (STATUS_CODES[status] ?? 'error').toLowerCase().replace(/[^a-z]+/g, '_')
}

/** The one error handler: the log has the truth, the client what it may know. */
export function answerError(
  log: Logger,
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const answer = answerTo(error)
  const where = { requestId: request.id, method: request.method, path: request.url.split('?', 1)[0] }
  if (error instanceof AppError && answer.status >= 500) {
    // Known and told: a line, not a stack trace a request while the database is away.
    log.warn(
      { ...where, cause: error.cause instanceof Error ? error.cause.message : undefined },
      error.message,
    )
  } else if (answer.status >= 500) {
    log.error({ ...where, err: error }, 'request failed')
  }
  if (answer.status === 503) reply.header('retry-after', '1')
  afterBody(request.raw, () => reply.code(answer.status).send(errorBody(answer.code, answer.message)))
}

/**
 * Waits for the rest of a body, which nobody wants, before it answers: a connection that is closed while its client still
 * sends is reset, and the client may never see why.
 */
function afterBody(message: IncomingMessage, answer: () => void): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = message.headers
  const hasCome = message.complete || message.readableEnded || message.destroyed
  if (hasCome || (length === '0' && !encoding)) {
    answer()
    return
  }
  const done = () => {
    clearTimeout(timer)
    message.off('end', done).off('close', done)
    answer()
  }
  const timer = setTimeout(done, REST_MS)
  message.on('end', done).on('close', done).resume()
}

function answerTo(error: FastifyError): { status: number; code: string; message: string } {
  if (error instanceof AppError) {
    return { status: error.statusCode, code: error.code, message: error.message }
  }
  if (error.validation !== undefined) {
    return { status: 400, code: 'validation_failed', message: error.message }
  }
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500) return { status, code: codeOfStatus(status), message: error.message }
  return { status: 500, code: 'internal_server_error', message: 'Something went wrong on our side' }
}

export function notFoundHandler(request: FastifyRequest, reply: FastifyReply): void {
  reply
    .code(404)
    .send(errorBody('not_found', `No such route: ${request.method} ${request.url.split('?', 1)[0]}`))
}

/** Answers what is not HTTP, or too large or slow to become a request, and closes the connection. */
export function clientErrorHandler(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const body = JSON.stringify(errorBody(codeOfStatus(status), `${STATUS_CODES[status]}`))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
