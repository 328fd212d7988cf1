# Completion for fish: meshproxy completion fish | source
function __meshproxy
    set -l line (commandline --cut-at-cursor --current-process)
    command meshproxy "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete --command meshproxy --arguments '(__meshproxy)'
