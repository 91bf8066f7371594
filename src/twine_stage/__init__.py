"""Stage, check, freeze, publish and verify releases of Python projects."""
