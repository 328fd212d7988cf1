# Completion for bash: source <(meshproxy completion bash)
_meshproxy() {
  local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} unasked=()
  # Options are offered where one was begun; elsewhere they would hide the names of files.
  [[ $word == -* ]] || unasked=(-X '-*')
  line="meshproxy ${line#* }"
  mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" "${unasked[@]}" -- "$word")
}
complete -o bashdefault -o default -F _meshproxy meshproxy
