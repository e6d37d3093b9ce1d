using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mezzotint.Tests.PublicApi;

/// <summary>What an assembly promises to those who use it, one line a type or member, in an order of its own.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static IReadOnlyList<string> Of(Assembly assembly) =>
    [
        .. assembly.GetExportedTypes().SelectMany(type => Members(type).Select(member => $"{Name(type)}.{member}").Prepend(Head(type)))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    private static string Head(Type type)
    {
        string kind = type.IsEnum ? "enum" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type.IsInterface ? "interface"
            : (type.IsAbstract, type.IsSealed, type.IsValueType) switch
            {
                (true, true, _) => "static class",
                (_, _, true) => "struct",
                (true, _, _) => "abstract class",
                (_, true, _) => "sealed class",
                _ => "class",
            };
        IEnumerable<Type> bases = type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType && !type.IsEnum ? [parent] : [];
        IEnumerable<Type> interfaces = type.IsEnum ? [] : type.GetInterfaces().Where(one => one.IsVisible && !one.Name.StartsWith("IEquatable", StringComparison.Ordinal));
        string[] all = [.. bases.Concat(interfaces).Select(Name).Order(StringComparer.Ordinal)];
        return $"{Name(type)} ({kind}{(all.Length > 0 ? ": " + string.Join(", ", all) : "")})";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (FieldInfo value in type.GetFields(BindingFlags.Public | BindingFlags.Static))
                yield return $"{value.Name} = {Convert.ToInt64(value.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
            yield break;
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            yield return $"({Parameters(invoke)}): {Name(invoke.ReturnType)}";
            yield break;
        }

        foreach (FieldInfo field in type.GetFields(Declared).Where(field => Seen(field.IsPublic, field.IsFamily || field.IsFamilyOrAssembly, type)))
            yield return $"{field.Name}: {Name(field.FieldType)}{(field.IsLiteral ? " (const)" : field.IsStatic ? " (static)" : "")}";
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(one => !one.IsStatic && IsSeen(one, type) && !IsGenerated(one)))
            yield return $"new({Parameters(constructor)})";
        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            MethodInfo? get = property.GetMethod is { } getter && IsSeen(getter, type) ? getter : null;
            MethodInfo? set = property.SetMethod is { } setter && IsSeen(setter, type) ? setter : null;
            if ((get ?? set) is not { } accessor || property.Name == "EqualityContract") continue;
            string parameters = property.GetIndexParameters() is { Length: > 0 } ? $"[{Parameters(accessor)}]" : "";
            bool init = set is not null && set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
            string accessors = string.Join(' ', new[] { get is null ? null : "get;", set is null ? null : init ? "init;" : "set;" }.OfType<string>());
            yield return $"{property.Name}{parameters}: {Name(property.PropertyType)} {{ {accessors} }}{Modifiers(accessor)}";
        }

        foreach (EventInfo one in type.GetEvents(Declared).Where(one => IsSeen(one.AddMethod!, type)))
            yield return $"{one.Name}: {Name(one.EventHandlerType!)} (event)";
        foreach (MethodInfo method in type.GetMethods(Declared))
        {
            bool isOperator = method.IsSpecialName && method.Name.StartsWith("op_", StringComparison.Ordinal);
            if (!IsSeen(method, type) || IsGenerated(method) || (method.IsSpecialName && !isOperator) || IsOfEveryObject(method)) continue;
            string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
            yield return $"{method.Name}{generic}({Parameters(method)}): {Name(method.ReturnType)}{Modifiers(method)}";
        }
    }

    private static bool Seen(bool isPublic, bool isFamily, Type type) => isPublic || (isFamily && !type.IsSealed);

    private static bool IsSeen(MethodBase method, Type type) => Seen(method.IsPublic, method.IsFamily || method.IsFamilyOrAssembly, type);

    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.Contains('<', StringComparison.Ordinal);

    private static bool IsOfEveryObject(MethodInfo method) =>
        method.Name is "Equals" or "GetHashCode" or "ToString" or "PrintMembers" && method.GetBaseDefinition().DeclaringType != method.DeclaringType;

    private static string Modifiers(MethodBase method) =>
        method.IsStatic ? " (static)"
        : method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? ""
        : method.IsAbstract ? " (abstract)" : ((MethodInfo)method).GetBaseDefinition() != method ? " (override)" : " (virtual)";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        string way = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        string value = !parameter.HasDefaultValue ? ""
            : parameter.DefaultValue is null ? " = default"
            : string.Create(CultureInfo.InvariantCulture, $" = {parameter.DefaultValue}");
        return $"{way}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }));

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsPointer) return $"{Name(type.GetElementType()!)}*";
        if (type.IsGenericParameter) return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } inner) return $"{Name(inner)}?";
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword;

        // The arguments of a nested type begin with those of the type around it.
        Type[] arguments = type.GetGenericArguments();
        int outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var name = new StringBuilder(type.IsNested ? Name(type.DeclaringType!) : type.Namespace);
        name.Append('.').Append(type.Name.Split('`')[0]);
        if (arguments.Length > outer) name.Append('<').AppendJoin(", ", arguments.Skip(outer).Select(Name)).Append('>');
        return name.ToString();
    }
}
