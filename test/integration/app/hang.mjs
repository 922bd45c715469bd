// Preloaded into a service by tests: SIGUSR2 hangs its event loop for good.
process.on('SIGUSR2', () => {
  for (;;);
})
