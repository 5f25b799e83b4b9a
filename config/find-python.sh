#!/bin/sh
# Print a Python that can make the virtual environment (3.11 or newer, with venv and ensurepip), or say what is missing.
# Usage: find-python.sh [interpreter]   (make PYTHON=... passes one)
too_old=''
incomplete=''
for candidate in ${1:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
    path=$(command -v "$candidate" 2>/dev/null) || continue
    version=$("$path" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if ! "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        too_old="$path ($version)"
    elif ! "$path" -c 'import venv, ensurepip' 2>/dev/null; then
        incomplete="$path ($version)"
    else
        echo "$path"
        exit 0
    fi
done
{
    if [ -n "$incomplete" ]; then
        echo "$incomplete 缺少 venv 或 ensurepip 模块。Debian/Ubuntu 请先运行：apt install python3-venv"
        echo "($incomplete lacks venv or ensurepip; on Debian and Ubuntu: apt install python3-venv)"
    elif [ -n "$too_old" ]; then
        echo "需要 Python 3.11 或更新版本，只找到 $too_old。可以指定：make install PYTHON=/路径/python3.12"
        echo "(Python 3.11 or newer is needed, found only $too_old; name one: make install PYTHON=/path/python3.12)"
    else
        echo "没有找到 Python${1:+：$1}。请安装 Python 3.11 或更新版本。"
        echo "(No Python found${1:+: $1}; install Python 3.11 or newer.)"
    fi
} >&2
exit 1
