/** The hidden command that the scripts ask; see `complete`. */
export const COMPLETE_COMMAND = '__complete'

/**
 * One script a shell. Each asks rungs itself what may come next, so that none goes stale; where rungs knows nothing, the
 * shell completes files.
 */
export const COMPLETION_SCRIPTS = {
  bash: `# Completion of rungs for bash: source <(rungs completion bash)
_rungs() {
  local words=() word line value prefix i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # bash takes --flag=value for three words.
    if ((\${#words[@]} > 0)) && [[ $word == = || \${COMP_WORDS[i - 1]} == = ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
  done
  word=\${words[\${#words[@]}-1]}
  prefix=
  [[ $word == --*=* ]] && prefix=\${word%%=*}=
  COMPREPLY=()
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    value=\${value#"$prefix"}
    [[ $value == *[!a-zA-Z0-9_.,:=/+@%-]* ]] && printf -v value %q "$value"
    COMPREPLY+=("$value")
  done < <("\${COMP_WORDS[0]}" ${COMPLETE_COMMAND} -- "\${words[@]}" 2>/dev/null)
}
complete -o bashdefault -o default -F _rungs rungs
`,
  zsh: `#compdef rungs
# Completion of rungs for zsh: source <(rungs completion zsh), behind compinit
_rungs() {
  local -a found
  local line
  while IFS= read -r line; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" ${COMPLETE_COMMAND} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then
    _describe rungs found
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _rungs ]]; then
  _rungs "$@"
else
  compdef _rungs rungs
fi
`,
  fish: `# Completion of rungs for fish: rungs completion fish | source
function __rungs_complete
    set -l words (commandline -opc)
    $words[1] ${COMPLETE_COMMAND} -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c rungs -a '(__rungs_complete)'
`,
} as const

export type Shell = keyof typeof COMPLETION_SCRIPTS
